from contextlib import suppress

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.files.uploadedfile import UploadedFile
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import tasks
from blog.admin.base import WritingAdmin, ask_for_files_again
from blog.admin.picture_list import PictureList, UseFilter, link_to
from blog.admin.uploads import PictureField, upload_picture
from blog.images import crops, renditions, upload
from blog.models import Image, Role
from blog.transactions import writing


class PercentField(forms.FloatField):
    """Shows and reads per cent; the value is a share of 1."""

    default_error_messages = dict.fromkeys(
        ("invalid", "min_value", "max_value"), _("Give a number from 0 to 100.")
    )

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=100, initial=0.5, **kwargs)
        self.widget.attrs["step"] = "any"

    def prepare_value(self, value):
        return round(value * 100, 1) if isinstance(value, float) else value

    def clean(self, value):
        return super().clean(value) / 100

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


WORDS = ("alt", "caption", "credit")


class ImageForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = ("file", "alt", "caption", "credit", "focal_x", "focal_y")

    file = PictureField(label=_("File"))
    focal_x = PercentField(
        label=_("Focal point: % from the left"),
        help_text=_("Cards show a part of the picture, and this point stays in it."),
    )
    focal_y = PercentField(label=_("Focal point: % from the top"))

    # The picture that has the file already, when somebody adds it again.
    here_already: Image | None = None

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        file, sha256 = upload.clean_picture(file)
        if self.instance.pk:
            self._check_exchange(sha256)
        else:
            self.here_already = Image.objects.of_file(sha256)
        self.instance.sha256 = sha256
        return file

    def _check_exchange(self, sha256: str) -> None:
        if Image.objects.get(pk=self.instance.pk).texts():
            raise forms.ValidationError(
                gettext(
                    "The address of this picture stands in a text. Add the new one as another"
                    " picture, and put its address there."
                )
            )
        other = Image.objects.exclude(pk=self.instance.pk).of_file(sha256)
        if other:
            sentence = gettext("This file is here already, as another picture: {link}")
            raise forms.ValidationError(format_html(sentence, link=link_to(other)))

    def fill_in(self, image: Image) -> list[str]:
        """Save what was typed where the picture has no words yet."""
        typed = {name: self.cleaned_data[name] for name in WORDS}
        missing = [name for name in WORDS if typed[name] and not getattr(image, name)]
        for name in missing:
            setattr(image, name, typed[name])
        image.save(update_fields=missing)
        return missing

    def words_beside(self, image: Image) -> list[str]:
        """Return what was typed and the picture says otherwise."""
        typed = [(name, self.cleaned_data[name]) for name in WORDS]
        return [words for name, words in typed if words and words != getattr(image, name)]


def _same_file(request) -> Image | None:
    with suppress(KeyError, forms.ValidationError):
        _file, sha256 = upload.clean_picture(request.FILES["file"])
        with writing():
            return Image.objects.of_file(sha256)
    return None


@admin.register(Image)
class ImageAdmin(WritingAdmin):
    form = ImageForm
    uploads = ("file",)
    fields = ("file", "address", "alt", "caption", "credit", "focal_x", "focal_y", "part_on_cards")
    readonly_fields = ("address", "part_on_cards")
    list_display = ("thumbnail", "alt", "where_used", "credit", "width", "height", "created_at")
    list_display_links = ("thumbnail", "alt")
    list_filter = (UseFilter,)
    show_facets = admin.ShowFacets.NEVER  # to count them is to read all texts
    search_fields = ("alt", "caption", "credit")

    class Media:
        css = {"all": ["blog/admin.css"]}
        js = [forms.Script("blog/site.js", defer=True)]  # its button that copies

    def get_urls(self):
        view = self.admin_site.admin_view(self.upload_view)
        return [path("upload/", view, name="blog_image_upload"), *super().get_urls()]

    def upload_view(self, request):
        return upload_picture(request, self)

    def get_changelist(self, request, **kwargs):
        return PictureList

    @admin.display(description=_("used in"))
    def where_used(self, image):
        return image.used_in

    def get_fields(self, request, obj=None):
        return (
            self.fields if obj else [name for name in self.fields if name in ImageForm.base_fields]
        )

    def get_readonly_fields(self, request, obj=None):
        own = obj and not request.user.has_role(Role.ADMINISTRATOR, Role.EDITOR)
        return (*self.readonly_fields, "file") if own else self.readonly_fields

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.may_be_described_by(request.user))

    def render_change_form(self, request, context, *args, **kwargs):
        ask_for_files_again(context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def prepare(self, request, object_id=None, *args, **kwargs):
        super().prepare(request, object_id, *args, **kwargs)
        image = self.get_object(request, unquote(object_id)) if object_id else _same_file(request)
        may = image and self.has_change_permission(request, image)
        request.texts = image.texts().prepared() if may else []

    def save_form(self, request, form, change):
        image = super().save_form(request, form, change)
        image = form.here_already or image
        image.was_here = form.here_already is not None
        return image

    def save_model(self, request, image, form, change):
        if image.was_here:
            self._send_again(request, image, form)
            return
        if not change:
            image.added_by = request.user
        before = list(Image.objects.filter(pk=image.pk))
        made_of = {"file", "focal_x", "focal_y"} & set(form.changed_data)
        if made_of:
            image.renditions = Image.Renditions.DUE
        super().save_model(request, image, form, change)
        image.texts().fill_in_pictures(request.texts)
        if made_of:
            Image.drop_files(before)
            tasks.later(tasks.make_renditions, image.pk)

    def _send_again(self, request, image, form):
        if self.has_change_permission(request, image) and "alt" in form.fill_in(image):
            image.texts().fill_in_pictures(request.texts)
        sentence = gettext("This picture was here already, and was not added again.")
        messages.warning(request, sentence)
        if words := form.words_beside(image):
            sentence = gettext("It kept its own words. You typed: %(words)s")
            typed = " · ".join(f"“{each}”" for each in words)
            messages.warning(request, sentence % {"words": typed})

    def log_addition(self, request, image, message):
        if not image.was_here:
            super().log_addition(request, image, message)

    def response_add(self, request, image, post_url_continue=None):
        if image.was_here and IS_POPUP_VAR not in request.POST:
            response = redirect("admin:blog_image_change", image.pk)
        else:
            response = super().response_add(request, image, post_url_continue)
        return self._with_address(request, image, response)

    def response_change(self, request, image):
        return self._with_address(request, image, super().response_change(request, image))

    def _with_address(self, request, image, response):
        # After the message that it is saved. A pop-up closes and shows none.
        if IS_POPUP_VAR not in request.POST:
            messages.info(request, render_to_string("admin/picture_address.html", {"image": image}))
        return response

    def get_deleted_objects(self, objs, request):
        # A picture in use is not deleted: the page lists where it is used.
        found, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        used = dict.fromkeys(row for image in objs for row in image.uses())
        return found, counts, forbidden, [*protected, *map(link_to, used)]

    def delete_model(self, request, image):
        super().delete_model(request, image)
        Image.drop_files([image])

    def delete_queryset(self, request, queryset):
        images = list(queryset)
        super().delete_queryset(request, queryset)
        Image.drop_files(images)

    @admin.display(description=_("picture"))
    def thumbnail(self, image):
        address = renditions.small(image, 96 * 2)
        element = '<img class="thumbnail" src="{}" alt="{}" loading="lazy">'
        return format_html(element, address, image)

    @admin.display(description=_("in a text"))
    def address(self, image):
        sentence = gettext("{code}, or with words for that text: ![…]({address})")
        code = format_html('<code class="to-copy">![]({})</code>', image.file.url)
        return format_html(sentence, code=code, address=image.file.url)

    @admin.display(description=_("part on cards"))
    def part_on_cards(self, image):
        left, top, right, bottom = crops.box(image)
        box = {"left": left, "top": top, "width": right - left, "height": bottom - top}
        point = {"x": image.focal_x * image.width, "y": image.focal_y * image.height}
        context = {"image": image, "box": box, "point": point}
        return render_to_string("admin/part_on_cards.html", context)
