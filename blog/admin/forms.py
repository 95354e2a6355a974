import re

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import RowsField, drop_maxlength
from blog.admin.questions import AskingForm
from blog.admin.tag_fields import LabelField, TagsField
from blog.admin.uploads import PictureField, stored_picture
from blog.admin.writing import WritingArea
from blog.editing.publishing import Rights, buttons
from blog.images.upload import clean_picture
from blog.models import Image, Post, PostAuthor, Tag, User
from blog.models.tag import make_key
from blog.text import plain_text
from blog.text.characters import isolated
from blog.text.slugs import make_slug

LONGEST_BODY = 2_000_000  # characters; two long novels


def check_length(body: str) -> None:
    # A browser sends each line break as two characters.
    if (length := len(body.replace("\r\n", "\n"))) > LONGEST_BODY:
        message = gettext("The text has %(length)s characters; the limit is %(limit)s.")
        raise ValidationError(message % {"length": f"{length:,}", "limit": f"{LONGEST_BODY:,}"})


def slug_taken(post: Post, slug: str, user: User) -> str:
    """Return a sentence that names who has this slug, with a link if the person may follow it; ""
    if it is free."""
    if post.is_of_site(slug):
        link = format_html('<a href="/{0}/">/{0}/</a>', slug)
        return format_html(gettext("This web address belongs to the site itself: {}"), link)
    other = post.in_the_way(slug)
    if other is None:
        return ""
    if other.is_visible(timezone.now()):
        url = other.path
    elif Post.objects.editable_by(user).filter(pk=other.pk).exists():
        url = reverse("admin:blog_post_change", args=[other.pk])
    else:
        return gettext("This web address belongs to another post, which is not public.")
    return format_html(
        gettext("This web address belongs to {link}."),
        link=format_html('<a href="{}">{}</a>', url, isolated(other)),
    )


class PeopleField(RowsField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person):
        return str(person)


class PostForm(AskingForm):
    tags = TagsField(
        label=_("Tags"),
        required=False,
        help_text=_("Separated by commas; a tag may have several words."),
    )
    lead_tag = LabelField(
        label=_("Label on cards"),
        required=False,
        help_text=_("The first tag, unless you choose another. A new one becomes a tag too."),
    )
    lead_upload = PictureField(label=_("Upload a picture"), required=False)
    canonical_url = forms.URLField(
        label=_("Canonical address"), required=False, assume_scheme="https", max_length=200
    )
    co_authors = PeopleField(
        label=_("Co-authors"),
        required=False,
        queryset=User.objects.none(),
        help_text=_("They are named beside the author and may edit the text."),
    )
    note = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    change = forms.ChoiceField(
        label=_("What do you change?"),
        choices=[
            ("fix", _("A small fix. Dates stay, readers are told nothing.")),
            ("correction", _("A correction. The sentence below stands under the text, dated.")),
        ],
        initial="fix",
        required=False,
        widget=forms.RadioSelect,
    )
    correction = forms.CharField(
        label=_("Correction"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What was wrong, in a sentence. Links and emphasis in Markdown are allowed."),
    )

    class Meta:
        model = Post
        fields = (
            *("title", "deck", "body", "tags", "excerpt"),
            *("lead_image", "lead_alt", "lead_decorative", "lead_caption"),
            *("published_at", "author", "lead_tag", "comments_open"),
            *("kind", "slug", "pinned", "expires_at"),
            *("canonical_url", "meta_description", "language"),
        )
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2, "class": "title-field"}),
            "deck": forms.Textarea(attrs={"rows": 2}),
            "body": WritingArea(attrs={"rows": 30, "class": "body-field"}),
            "excerpt": forms.Textarea(attrs={"rows": 5}),
            "lead_alt": forms.Textarea(attrs={"rows": 3}),
            "lead_caption": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, data=None, *args, user: User, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.user, self.now = user, timezone.now()
        self.initial_label = self.instance.lead_tag_id
        self.rights = Rights.of(user, self.instance if self.instance.pk else None)
        self._drop_fields()
        self._choose_people()
        self.fields["comments_open"].show_hidden_initial = True
        if self.rights.edits_all:
            message = _("A page takes none until you open them there.")
            self.fields["comments_open"].help_text = message
        drop_maxlength(self)
        self.fields["lead_tag"].widget.tags = self["tags"].value
        self.fields["body"].validators.append(check_length)
        self.fields["body"].strip = False  # a centred title kept as it is stays centred
        if self.is_titled_by_text or not self.goes_further:
            self.fields["title"].required = False

    def _drop_fields(self) -> None:
        if not self.rights.edits_all:
            for name in ("author", "kind", "pinned"):
                del self.fields[name]
        if self.instance.status == Post.Status.PUBLISHED and not self.rights.publishes:
            # A date would publish it or take it down.
            for name in ("published_at", "expires_at"):
                del self.fields[name]
        if not self.rights.owns or not self.user.has_perm("blog.add_postauthor"):
            del self.fields["co_authors"]
        if not self.was_visible:
            del self.fields["change"], self.fields["correction"]
        label = self._note_label()
        self.fields["note"].label = label
        if label is None:
            del self.fields["note"]

    def _note_label(self):
        if self.instance.status == Post.Status.DRAFT and not self.rights.publishes:
            return _("A line for the editor")
        is_others = self.instance.author_id != self.user.pk
        if self.instance.status == Post.Status.REVIEW and self.rights.edits_all and is_others:
            return _("A line for the writer")
        return None

    def _choose_people(self) -> None:
        if "author" in self.fields:
            self.fields["author"].queryset = User.writers(self.instance)
        if "co_authors" in self.fields:
            self.fields["co_authors"].queryset = User.writers(self.instance)
            if self.instance.pk:
                rows = self.instance.bylines.values_list("user_id", flat=True)
                self.initial.setdefault("co_authors", list(rows))

    @property
    def is_titled_by_text(self) -> bool:
        return self.asks_about_lines and bool(plain_text.split_title(self.data["body"])[0])

    @property
    def goes_further(self) -> bool:
        """Does it leave the writer's desk? A draft may still be untitled, and in the trash too."""
        if self.button == "_restore":
            return self.instance.status_before_trash not in ("", Post.Status.DRAFT)
        return self.button not in ("_draft", "_take_down", "_trash")

    def clean_title(self):
        # One line for readers, however it stood in the field.
        return re.sub(r"\s*[\r\n]+\s*", " ", self.cleaned_data["title"])

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

    def clean_lead_tag(self):
        """A label that somebody writes becomes a tag of the post. The one that it had gives way
        where its tag was taken out."""
        label, tags = self.cleaned_data["lead_tag"], self.cleaned_data.get("tags", [])
        known = Tag.objects.known([*tags, label]) if label else {}
        row = known.get(make_key(label))
        if label and make_key(label) not in map(make_key, tags):
            is_there = row in [known.get(make_key(name)) for name in tags] if row else False
            is_chosen = row is None or row.pk != self.initial_label
            if not is_there and is_chosen and "tags" in self.cleaned_data:
                self.cleaned_data["tags"] = [*tags, label]
        self.cleaned_data["label"] = label
        return row

    def clean_slug(self):
        post, typed = self.instance, self.cleaned_data["slug"]
        is_unseen = not typed and not self.data.get("_version")  # the form of a new post, again
        if "slug" not in self.data or is_unseen:
            return post.slug
        slug = make_slug(typed or "")
        if typed and not slug:
            raise ValidationError(gettext("A web address has letters or digits of any script."))
        if not slug and post.path and not self.was_scheduled:
            message = gettext("Readers know this post by its web address: “%(slug)s”. Keep it.")
            raise ValidationError(message % {"slug": post.slug})
        wanted = Post(pk=post.pk, kind=self.cleaned_data.get("kind", post.kind))
        wanted.published_at = self.cleaned_data.get("published_at") or post.published_at
        if slug and (sentence := slug_taken(wanted, slug, self.user)):
            raise ValidationError(sentence)
        return slug or None

    def clean(self):
        cleaned = super().clean()
        offered = dict(buttons(self.instance, self.user, self.now))
        if self.button not in offered and self.button != "_update":
            self.add_error(None, gettext("This cannot be done with the post as it is now."))
            return cleaned
        if "comments_open" in cleaned:
            kind = cleaned.get("kind", self.instance.kind)
            cleaned["comments_open"] = self._comments_open(cleaned["comments_open"], kind)
        self._clean_correction(cleaned)
        date = cleaned.get("published_at")
        is_past = date is None or date <= timezone.now()
        if self.button == "_schedule" and is_past and "published_at" not in self.errors:
            message = gettext("To schedule the post, give a date that is still to come.")
            self.add_error("published_at", ValidationError(message))
        expires = cleaned.get("expires_at")
        if self.goes_out and expires and expires <= max(date or self.now, self.now):
            message = gettext("The post would expire before anybody could read it.")
            self.add_error("expires_at", message)
        return cleaned

    def _clean_correction(self, cleaned: dict) -> None:
        is_correction, text = cleaned.get("change") == "correction", cleaned.get("correction")
        if is_correction and not text:
            self.add_error("correction", gettext("Say in a sentence what was wrong."))
        if text and not is_correction:
            message = gettext("You wrote a correction: choose “A correction”, or empty it.")
            self.add_error("change", message)

    def keep_comments_switch(self) -> None:
        # Somebody may have closed the comments since the form was validated.
        box = self["comments_open"]
        is_untouched = self.data.get(box.html_initial_name, "") == str(bool(box.data))
        if self.instance.pk and is_untouched and "kind" not in self.changed_data:
            self.instance.refresh_from_db(fields=["comments_open"])

    def _save_m2m(self):
        super()._save_m2m()
        if "co_authors" in self.cleaned_data:
            PostAuthor.objects.replace(self.instance, self.cleaned_data["co_authors"])

    def save_upload(self):
        # Called once the whole form is valid: an error leaves no file behind.
        if upload := self.cleaned_data.get("lead_upload"):
            self.instance.lead_image = self.keep_image(upload)

    def keep_image(self, upload) -> Image:
        file, sha256 = upload
        return stored_picture(
            file,
            sha256,
            by=self.user,
            alt=self.cleaned_data.get("lead_alt", ""),
            caption=self.cleaned_data.get("lead_caption", ""),
        )

    def labels_changed(self) -> list[str]:
        return [
            str(self.fields[name].label) for name in self.changed_data if self.fields[name].label
        ]
