from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagField

from blog import tasks
from blog.admin.questions import AskingForm
from blog.images.upload import HELP, clean_picture
from blog.models import Image, Post
from blog.models.tag import check_name
from blog.text import plain_text


class TagsField(TagField):
    def clean(self, value):
        names = super().clean(value)
        for name in names:
            check_name(name)
        return names


class TagsWidget(forms.Textarea):
    """Shows tags without quotes, so that a form saved again keeps them as they are."""

    def format_value(self, value):
        if value is not None and not isinstance(value, str):
            value = ", ".join(tag.name for tag in value)
        return super().format_value(value)


class PostForm(AskingForm):
    tags = TagsField(
        label=_("Tags"),
        required=False,
        widget=TagsWidget(attrs={"rows": 3, "cols": 80}),
        help_text=_("Separated by commas; a tag may have several words."),
    )
    lead_upload = forms.FileField(
        label=_("Upload a picture"),
        required=False,
        help_text=HELP,
    )

    canonical_url = forms.URLField(
        label=_("Canonical address"), required=False, assume_scheme="https", max_length=200
    )

    class Meta:
        model = Post
        fields = (
            *("title", "deck", "body", "tags", "excerpt"),
            *("lead_image", "lead_alt", "lead_decorative", "lead_caption"),
            *("published_at", "author", "lead_tag", "comments_open"),
            *("kind", "slug", "pinned", "expires_at", "correction", "corrected_at"),
            *("canonical_url", "meta_description", "language"),
        )
        widgets = {
            "title": forms.TextInput(attrs={"size": 80, "class": "vTextField"}),
            "deck": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "body": forms.Textarea(attrs={"rows": 30, "cols": 80, "class": "body-field"}),
            "excerpt": forms.Textarea(attrs={"rows": 5, "cols": 80}),
            "lead_alt": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "lead_caption": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "correction": forms.Textarea(attrs={"rows": 2, "cols": 80}),
        }

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        if "comments_open" in self.fields:
            self.fields["comments_open"].show_hidden_initial = True
            if "kind" in self.fields:
                message = _("A page takes none until you open them there.")
                self.fields["comments_open"].help_text = message
        if "body" in self.fields:
            self.fields["body"].strip = False  # a centred title kept as it is stays centred
        if self.asks_about_lines and plain_text.split_title(self.data["body"])[0]:
            self.fields["title"].required = False

    def clean_lead_upload(self):
        upload = self.cleaned_data["lead_upload"]
        return clean_picture(upload) if upload else None

    def _comments_open(self, ticked: bool, kind: str) -> bool:
        """Comments can be closed elsewhere while the form is open, so an unchanged box keeps the
        stored value. A post that becomes a page takes no comments unless the box was changed."""
        if self.data.get(self["comments_open"].html_initial_name, "") != str(ticked):
            return ticked
        becomes_page = kind == Post.Kind.PAGE and self.instance.kind != kind
        return self.instance.comments_open and not becomes_page

    def clean_slug(self):
        return self.cleaned_data["slug"] or None

    def clean(self):
        cleaned = super().clean()
        if "comments_open" in cleaned:
            kind = cleaned.get("kind", self.instance.kind)
            cleaned["comments_open"] = self._comments_open(cleaned["comments_open"], kind)
        date = cleaned.get("published_at")
        if self.button == "_schedule" and (date is None or date <= timezone.now()):
            message = gettext("To schedule the post, give a date that is still to come.")
            self.add_error("published_at", ValidationError(message))
        return cleaned

    def save_upload(self):
        # Called once the whole form is valid: an error leaves no file behind.
        if cleaned_upload := self.cleaned_data.get("lead_upload"):
            file, sha256 = cleaned_upload
            self.instance.lead_image = Image.objects.filter(
                sha256=sha256
            ).first() or self._new_image(file, sha256)

    def _new_image(self, file, sha256: str) -> Image:
        image = Image.objects.create(
            file=file,
            sha256=sha256,
            alt=self.cleaned_data.get("lead_alt", ""),
            caption=self.cleaned_data.get("lead_caption", ""),
        )
        tasks.later(tasks.make_renditions, image.pk)
        return image
