"""Pictures that come with a text: stored once, however often the same file is sent."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext

from blog import tasks
from blog.images.upload import ACCEPTED, HELP, clean_picture
from blog.models import Image
from blog.transactions import writing


class PictureField(forms.FileField):
    """Django's own field would decode the picture before anybody has counted its pixels."""

    def __init__(self, **kwargs):
        super().__init__(help_text=HELP, **kwargs)

    def widget_attrs(self, widget) -> dict:
        return {**super().widget_attrs(widget), "accept": ACCEPTED}


def stored_picture(file, sha256: str, *, by, alt="", caption="") -> Image:
    if image := Image.objects.of_file(sha256):
        return image
    words = {"alt": alt, "caption": caption}
    image = Image.objects.create(file=file, sha256=sha256, added_by=by, **words)
    tasks.later(tasks.make_renditions, image.pk)
    return image


def upload_picture(request, image_admin):
    """Answer the script of the writing field with the picture's address and description."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not image_admin.has_add_permission(request):
        return _refused(gettext("You may not add pictures."), 403)
    if "file" not in request.FILES:
        return _refused(gettext("There is no picture in what was sent."), 400)
    try:
        file, sha256 = clean_picture(request.FILES["file"])
    except ValidationError as error:
        return _refused(" ".join(error.messages), 400)
    with writing():
        image = stored_picture(file, sha256, by=request.user)
    return JsonResponse({"url": image.file.url, "alt": image.alt})


def _refused(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)
