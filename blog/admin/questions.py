"""Questions of the post form: hard-wrapped lines, a lead picture without a description, a date that
takes a live post from its readers or brings a scheduled one to them, and what the checklist found.

A question comes back with the page as an error at its field, with buttons that answer it. Hidden
fields carry the button pressed first and the answers so far.
"""

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext

from blog.editing import links
from blog.editing.checklist import Draft, Finding, findings
from blog.editing.publishing import VERBS, WITHOUT_QUESTIONS
from blog.models.path import Kind
from blog.text import plain_text

# The first two answer the question about lines, ANYWAY what the checklist found, and the last two
# the questions about the date.
UNWRAP, KEEP, ANYWAY, VANISH, APPEAR = "_unwrap", "_keep", "_anyway", "_vanish", "_appear"
ANSWERS = (UNWRAP, KEEP, ANYWAY, VANISH, APPEAR)
# Shows what the checklist finds, and saves nothing.
CHECK = "_check"
# Codes of findings that stop a publication once; the others are only listed.
STOPPING = {"no-description", "foreign-picture", "to-come", "torn-word", "unfinished-paragraph"}
STOPPING |= {"pull-quote", "mark-without-note", "broken-link"}
PRESSED, SAID = "_pressed", "_said"
LEAD = {"lead_upload", "lead_image", "lead_alt", "lead_decorative"}


class AskingForm(forms.ModelForm):
    def __init__(self, data=None, *args, **kwargs):
        if data and UNWRAP in data:
            data = _unwrapped(data)
        super().__init__(data, *args, **kwargs)
        now = timezone.now()
        self.was_visible = self.instance.is_visible(now)
        self.was_scheduled = self.instance.is_scheduled(now)

    @property
    def button(self) -> str:
        """Without one, as from a script: "_update", which changes no status."""
        if any(answer in self.data for answer in ANSWERS):
            pressed = self.data.get(PRESSED)
            return pressed if pressed in VERBS else "_update"
        return next((name for name in VERBS if name in self.data), "_update")

    @property
    def answers(self) -> list[str]:
        answered = self.data.getlist(SAID) if self.data else []
        return [answer for answer in ANSWERS if answer in answered or answer in self.data]

    @cached_property
    def asks_about_lines(self) -> bool:
        body = self.data.get("body", "")
        if self.button in WITHOUT_QUESTIONS or {UNWRAP, KEEP} & set(self.answers):
            return False
        changed = _same_ends(body) != _same_ends(self.instance.body)
        return changed and plain_text.is_hard_wrapped(body)

    @property
    def asks_about_picture(self) -> bool:
        return self.is_bound and self.lacks_description and ANYWAY not in self.answers

    @cached_property
    def lacks_description(self) -> bool:
        value_of = self.cleaned_data.get
        goes_out = self.goes_out
        goes_out |= self.button == "_update" and bool(LEAD & set(self.changed_data))
        if not goes_out or value_of("lead_decorative") or value_of("lead_alt"):
            return False
        image = value_of("lead_image")
        return bool(value_of("lead_upload") or (image and not image.alt))

    @property
    def goes_out(self) -> bool:
        return self.button in ("_publish", "_schedule")

    @cached_property
    def findings(self) -> list[Finding]:
        """Run the checklist on the text in the form."""
        if not self.is_bound or not (self.goes_out or CHECK in self.data):
            return []
        body, image = self.cleaned_data.get("body", ""), self.cleaned_data.get("lead_image")
        value_of = self.cleaned_data.get
        draft = Draft(
            title=value_of("title", ""),
            deck=value_of("deck", ""),
            body=body,
            excerpt=value_of("excerpt", ""),
            tags=value_of("tags", ()),
            is_page=value_of("kind", self.instance.kind) == Kind.PAGE,
            has_lead_picture=bool(image or value_of("lead_upload")),
            lead_alt=value_of("lead_alt", "") or (image.alt if image else ""),
            lead_is_decorative=value_of("lead_decorative", False),
            missing=links.missing_paths(body, timezone.now()),
            described=links.described_pictures(body),
        )
        # The lines have a question of their own.
        return [finding for finding in findings(draft) if finding.code != "hard-wrapped"]

    @property
    def stopping(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.code in STOPPING]

    @property
    def asks_about_findings(self) -> bool:
        return self.goes_out and bool(self.stopping) and ANYWAY not in self.answers

    @property
    def asks(self) -> bool:
        lines, picture = self.asks_about_lines, self.asks_about_picture
        dates = self.asks_about_vanishing or self.asks_about_appearing
        return lines or picture or dates or self.asks_about_findings

    @property
    def asks_about_appearing(self) -> bool:
        """Would "Update scheduled post" publish it at once?"""
        if not self.is_bound or self.button != "_update" or APPEAR in self.answers:
            return False
        date = self.cleaned_data.get("published_at")
        return self.was_scheduled and date is not None and date <= timezone.now()

    @property
    def asks_about_vanishing(self) -> bool:
        return self.is_bound and bool(self.vanishes) and VANISH not in self.answers

    @cached_property
    def vanishes(self) -> str:
        """Return a sentence for a live post that the dates in the form take from its readers."""
        if self.button != "_update" or not self.was_visible:
            return ""
        date, expires = (self.cleaned_data.get(name) for name in ("published_at", "expires_at"))
        now = timezone.now()
        if expires and expires <= now:
            return gettext("Readers will see “No longer here” from now on.")
        if date and date > now:
            time = date_format(timezone.localtime(date), "j F Y, H:i")
            return gettext("Readers will see “No longer here” until %(time)s.") % {"time": time}
        return ""

    def clean(self):
        cleaned = super().clean()
        if self.asks_about_vanishing:
            choice = gettext("Change the date, or choose “Take it from readers” below the form.")
            is_expired = "expires_at" in self.changed_data and cleaned.get("expires_at")
            name = "expires_at" if is_expired else "published_at"
            self.add_error(name, [self.vanishes, choice])
        if self.asks_about_appearing:
            problem = gettext("This date has passed: readers would see the post at once.")
            choice = gettext("Change the date, or choose “Publish now” below the form.")
            self.add_error("published_at", [problem, choice])
        if self.asks_about_lines:
            problem = gettext("The lines of this text are broken by hand.")
            choice = gettext("Choose “Unwrap lines” or “Keep as is” below the form.")
            self.add_error("body", [problem, choice])
        if self.asks_about_picture:
            problem = gettext("The lead picture has no description.")
            choice = gettext("Describe it, tick “decorative”, or choose “Publish anyway”.")
            self.add_error("lead_alt", [problem, choice])
        elif self.asks_about_findings:
            message = gettext(
                "Read what the checklist found, or choose “Publish anyway” beside it."
            )
            self.add_error(None, message)
        return cleaned


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
