"""The fields of the post form for its tags and its label: text, which a script completes."""

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from taggit.forms import TagField

from blog.models import Tag
from blog.models.tag import check_name, join, split


class Completed:
    """Media and address of what completes the names of tags (tags.js)."""

    class Media:
        css = {"all": ["blog/tags.css"]}
        js = [forms.Script("blog/tags.js", type="module")]


class TagsWidget(Completed, forms.Textarea):
    """Shows tags without quotes, so that a form saved again keeps them as they are."""

    def format_value(self, value):
        return super().format_value(as_text(value))

    def render(self, name, value, attrs=None, renderer=None):
        field = super().render(name, value, attrs, renderer)
        return render_to_string("admin/tags_field.html", {"field": field, **_suggesting(attrs)})


class LabelWidget(Completed, forms.TextInput):
    """Without script, the browser itself offers the post's tags."""

    def tags(self):
        """Return the value of the field with the tags; the form puts its own function here."""
        return ""

    def render(self, name, value, attrs=None, renderer=None):
        context = _suggesting(attrs)
        attrs = {**(attrs or {}), "autocomplete": "off", "list": context["list"]}
        attrs |= {"data-complete": context["url"], "data-own": "id_tags"}
        field = super().render(name, value, attrs, renderer)
        context |= {"field": field, "tags": split(as_text(self.tags()) or "")}
        return render_to_string("admin/label_field.html", context)


def _suggesting(attrs) -> dict[str, str]:
    key = (attrs or {}).get("id", "tags")
    return {"id": key, "list": f"{key}_list", "url": reverse("admin:blog_post_tags")}


def as_text(value) -> str | None:
    return value if value is None or isinstance(value, str) else join(value)


class TagsField(TagField):
    def __init__(self, **kwargs):
        super().__init__(widget=TagsWidget(attrs={"rows": 3}), **kwargs)

    def clean(self, value):
        names = super().clean(value)
        for name in names:
            check_name(name)
        return names


class LabelField(forms.CharField):
    """The name of a tag. The column's value is shown as its name."""

    widget = LabelWidget

    def prepare_value(self, value):
        if isinstance(value, int):
            return Tag.objects.filter(pk=value).values_list("name", flat=True).first()
        return value

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value):
        names = split(super().clean(value))
        if len(names) > 1:
            raise ValidationError(gettext("The label is one tag."))
        for name in names:
            check_name(name)
        return names[0] if names else ""


class TagNameField(forms.CharField):
    """The name of a tag that exists; a former name will do."""

    widget = LabelWidget

    def clean(self, value):
        name = " ".join(super().clean(value).split())
        if not name:
            return None
        if not (tag := next(iter(Tag.objects.known([name]).values()), None)):
            raise ValidationError(gettext("There is no tag of this name."))
        return tag
