"""Forms of moderators about one comment, cleaned by the rules of the readers' form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.submit.forms import CommentForm


class ReplyForm(CommentForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="reply-%s", **kwargs)
        self.fields = {"body": self.fields["body"]}
        self.fields["body"].label = _("Your reply")
        _type_at_once(self)

    def clean(self):
        return self.cleaned_data


class ReviseForm(CommentForm):
    """Text, name and website. The e-mail address tells who the author is, and stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="edit-%s", **kwargs)
        self.fields = {name: self.fields[name] for name in ("body", "name", "url")}
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)
            field.widget.attrs.pop("maxlength", None)
        _type_at_once(self)

    @classmethod
    def of(cls, comment) -> "ReviseForm":
        fields = {"body": comment.body, "name": comment.author_name, "url": comment.author_url}
        return cls(initial=fields)

    def clean(self):
        return self.cleaned_data

    @property
    def values(self) -> dict[str, str]:
        data = self.cleaned_data
        return {"body": data["body"], "author_name": data["name"], "author_url": data["url"]}


def _type_at_once(form) -> None:
    # A form that comes back has errors to read first.
    if not form.is_bound:
        form.fields["body"].widget.attrs["autofocus"] = True


class BlockNetworkForm(forms.Form):
    """The lines that can be blocked; the narrowest is chosen at first."""

    line = forms.ChoiceField(label=_("What is blocked"), widget=forms.RadioSelect)
    use_required_attribute = False

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs | {"auto_id": "block-%s"})
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        self.fields["line"].initial = lines[0][0] if lines else None
