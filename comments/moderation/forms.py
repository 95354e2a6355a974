"""What moderators type about one comment, cleaned as at the door."""

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
    """Its text, name and website. The e-mail address says who wrote it, and stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="edit-%s", **kwargs)
        self.fields = {name: self.fields[name] for name in ("body", "name", "url")}
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)
            field.widget.attrs.pop("maxlength", None)
        _type_at_once(self)

    @classmethod
    def of(cls, comment) -> "ReviseForm":
        said = {"body": comment.body, "name": comment.author_name, "url": comment.author_url}
        return cls(initial=said)

    def clean(self):
        return self.cleaned_data

    @property
    def words(self) -> dict:
        """By the names of the row."""
        said = self.cleaned_data
        return {"body": said["body"], "author_name": said["name"], "author_url": said["url"]}


def _type_at_once(form) -> None:
    """Whoever came by a key has come to type; but a text that comes back has a reason to read."""
    if not form.is_bound:
        form.fields["body"].widget.attrs["autofocus"] = True


class BlockNetworkForm(forms.Form):
    """One of the lines that may be blocked; the narrowest is chosen."""

    line = forms.ChoiceField(label=_("What is blocked"), widget=forms.RadioSelect)
    use_required_attribute = False

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs | {"auto_id": "block-%s"})
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        self.fields["line"].initial = lines[0][0] if lines else None
