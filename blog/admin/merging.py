"""A form that merges changes when two people edit the same row at the same time."""

from django import forms
from django.utils.translation import gettext as _


class MergingForm(forms.ModelForm):
    """Keeps fields that others changed and this person did not. A field that both changed becomes
    an error. Hidden initial values carry what the page was opened with."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = self.instance.pk is not None

    def clean(self):
        cleaned = super().clean()
        shown = [name for name, field in self.fields.items() if field.show_hidden_initial]
        for name in [name for name in shown if name in cleaned]:
            hidden = self.add_initial_prefix(name)
            opened, stored = as_text(self.data.get(hidden)), as_text(self.initial.get(name))
            if hidden not in self.data or opened == stored:
                continue
            if as_text(self.data.get(self.add_prefix(name))) in (opened, stored):
                cleaned[name] = getattr(self.instance, name)
            else:
                self._ask(name, stored)
        return cleaned

    def _ask(self, name: str, stored: str) -> None:
        message = _(
            "Somebody changed this to “%(stored)s” after you had opened the page. Save again if "
            "yours shall count."
        )
        self.add_error(name, message % {"stored": stored})
        self.data = self.data.copy()
        self.data[self.add_initial_prefix(name)] = stored


def as_text(value) -> str:
    """The value as a browser sends it, with line breaks as LF."""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
