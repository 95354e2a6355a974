"""Questions of the post form: hard-wrapped lines, a lead picture without a description.

A question comes back with the page as an error at its field, with buttons that answer it. Hidden
fields carry the button pressed first and the answers so far.
"""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext

from blog.text import plain_text

# The name of the pressed button → the verb of the post.
BUTTONS = {
    "_draft": "take_down",
    "_review": "submit",
    "_publish": "publish",
    "_schedule": "publish",
    "_update": "update",
    "_keep": "update",
    "_private": "hide",
    "_trash": "to_trash",
    "_restore": "restore",
}
# The first two answer the question about lines, the last the one about the description.
ANSWERS = UNWRAP, KEEP, ANYWAY = ("_unwrap", "_keep", "_anyway")
PRESSED, SAID, CHOSEN = "_pressed", "_said", "_chosen"
NEVER_ASKED = ("_trash", "_restore")
PUBLISHING = ("_publish", "_schedule", "_private", "_update")
LEAD = {"lead_upload", "lead_image", "lead_alt", "lead_decorative"}


class AskingForm(forms.ModelForm):
    def __init__(self, data=None, *args, **kwargs):
        if data and UNWRAP in data:
            data = _unwrapped(data)
        super().__init__(data, *args, **kwargs)

    @property
    def button(self) -> str:
        """ "_keep", which changes no status, if no button was sent, as by a script."""
        if any(answer in self.data for answer in ANSWERS):
            pressed = self.data.get(PRESSED)
            return pressed if pressed in BUTTONS else "_keep"
        return next((name for name in BUTTONS if name in self.data), "_keep")

    @property
    def answers(self) -> list[str]:
        answered = self.data.getlist(SAID) if self.data else []
        return [answer for answer in ANSWERS if answer in answered or answer in self.data]

    @cached_property
    def asks_about_lines(self) -> bool:
        body = self.data.get("body", "")
        if self.button in NEVER_ASKED or {UNWRAP, KEEP} & set(self.answers):
            return False
        changed = _same_ends(body) != _same_ends(self.instance.body)
        return changed and plain_text.is_hard_wrapped(body)

    @property
    def asks_about_picture(self) -> bool:
        return self.is_bound and self.lacks_description and ANYWAY not in self.answers

    @cached_property
    def lacks_description(self) -> bool:
        value_of = self.cleaned_data.get
        goes_out = self.button in ("_publish", "_schedule")
        goes_out |= self.button == "_update" and bool(LEAD & set(self.changed_data))
        if not goes_out or value_of("lead_decorative") or value_of("lead_alt"):
            return False
        image = value_of("lead_image")
        return bool(value_of("lead_upload") or (image and not image.alt))

    def clean(self):
        cleaned = super().clean()
        if self.asks_about_lines:
            problem = gettext("The lines of this text are broken by hand.")
            choice = gettext("Choose “Unwrap lines” or “Keep as is” below the form.")
            self.add_error("body", [problem, choice])
        if self.asks_about_picture:
            problem = gettext("The lead picture has no description.")
            choice = gettext(
                "Describe it, tick “decorative”, or choose “Publish anyway” below the form."
            )
            self.add_error("lead_alt", [problem, choice])
        if self._lost_its_picture(cleaned):
            problem = gettext("The picture that you chose did not come with the page again.")
            choice = gettext("Choose it once more, or press the button again to go on without it.")
            self.add_error("lead_upload", [problem, choice])
        return cleaned

    def _lost_its_picture(self, cleaned) -> bool:
        # A page that comes back without a file does not send CHOSEN, so this is asked once.
        chosen = CHOSEN in self.data and self.button not in NEVER_ASKED
        return chosen and not self.files and not cleaned.get("lead_image")


def _unwrapped(data):
    data, body, typed = data.copy(), data.get("body", ""), data.get("title", "").strip()
    if not plain_text.is_hard_wrapped(body):
        return data
    title, rest = plain_text.split_title(body)
    if title and typed in ("", title):
        data["title"], data["body"] = title, plain_text.unwrap(rest, titled=True)
    else:
        data["body"] = plain_text.unwrap(body)
    return data


def _same_ends(text: str) -> str:
    return "\n".join(text.strip().splitlines())
