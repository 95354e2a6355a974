"""The form of the policy: for each rule its effect, the sentence for the reader, and an example."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from comments.models import Policy, PolicyChange
from comments.rules.policy_merge import Clash, Merge
from comments.submit.forms import clean_text

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ORDINARY = _("“Saved. A moderator reads every comment before it appears.”")
SET_ASIDE = _(
    "“Saved, but our spam filter set it aside. A moderator can still publish it; otherwise it is "
    "deleted on 5 December.”"
)


@dataclass(frozen=True)
class Explanation:
    does: "StrPromise"
    reader: "StrPromise"
    example: "StrPromise"


EXPLAINED = {
    "hold_words": Explanation(
        _(
            "One a line. A comment that contains one of them shows it marked in the queue. It is "
            "looked for in name, e-mail, website, text, IP address and browser, as a whole word, "
            "whatever the case and the accents. A star opens an end: casino* also finds “casinos”."
        ),
        ORDINARY,
        _("“press” does not find “WordPress”; “*press” does, and “*press*” also “WordPresses”."),
    ),
    "link_limit": Explanation(
        _("A comment with this many links or more shows them marked in the queue. 0: never."),
        ORDINARY,
        _("With 2, one address typed into the text is ordinary; two are marked."),
    ),
    "hold_after_days": Explanation(
        _("A comment on a post older than this says so in the queue. 0: never."),
        ORDINARY,
        _("With 90, a comment on a post of last year is marked: most of those are spam."),
    ),
    "block_words": Explanation(
        _(
            "One a line, found as above. The comment goes to Spam. Nothing is dropped: you can "
            "still publish it."
        ),
        SET_ASIDE,
        _("“pills.example” finds that address in a text, a website or an e-mail address."),
    ),
    "addresses": Explanation(
        _(
            "One a line, in any case. A comment sent with one of them goes to Spam, as above. "
            "“Block the author” on a card adds a line here; taking the line out ends it."
        ),
        SET_ASIDE,
        _("troll@example.org blocks comments sent with that e-mail address, and no others."),
    ),
    "networks": Explanation(
        _(
            "One a line, an address or a network of at most /8 (IPv6: /16). A comment that comes "
            "from there goes to Spam, as above."
        ),
        SET_ASIDE,
        _("203.0.113.7 is one address, 203.0.113.0/24 are 256, 2001:db8:5::/48 is one household."),
    ),
    "close_after_days": Explanation(
        _("A post older than this takes no more comments; those that it has stay. 0: never."),
        _("“Comments on this post are closed.” Readers who were writing get the text back."),
        _("With 14, a post of 1 December takes comments until the 15th."),
    ),
    "depth": Explanation(
        _("Levels of replies, from 1 to 10."),
        _("The deepest have no “Reply”."),
        _("With 2, a comment can be answered, and the answer cannot."),
    ),
    "seconds_between": Explanation(
        _(
            "Seconds that a reader, known by e-mail address or browser, waits before sending the "
            "next comment. You do not wait. 0: nobody does."
        ),
        _("“You can send it in 12 seconds. Your text is below.”"),
        _("With 15, a machine that sends one a second gets one in fifteen through."),
    ),
    "checks_an_hour": Explanation(
        _(
            "Akismet is asked at most this often within an hour, the oldest comment first. The "
            "others wait unchecked, and you can decide them."
        ),
        ORDINARY,
        _("With 600, a wave of 5,000 is checked within about eight hours and no bill explodes."),
    ),
    "spam_days": Explanation(
        _("Spam is deleted this many days after it came there. Comments kept as evidence stay."),
        SET_ASIDE,
        _("With 15, what came there on 20 November is deleted on 5 December."),
    ),
    "trash_days": Explanation(
        _("Trash is deleted this many days after it came there. Comments kept as evidence stay."),
        _("“A moderator decided not to publish this comment.”"),
        _("With 30, you can take back what you did on 5 November until 5 December."),
    ),
}
SECTIONS = [
    (_("Marked in the queue"), ("hold_words", "link_limit", "hold_after_days")),
    (_("Straight to Spam"), ("block_words", "addresses", "networks")),
    (_("Refused, with the text given back"), ("close_after_days", "depth", "seconds_between")),
    (_("Akismet, and what is deleted"), ("checks_an_hour", "spam_days", "trash_days")),
]


class PolicyForm(forms.ModelForm):
    class Meta:
        model = Policy
        fields = [name for _title, names in SECTIONS for name in names]
        widgets = {
            name: forms.Textarea(attrs={"rows": 5, "spellcheck": "false"})
            for name in ("hold_words", "block_words", "addresses", "networks")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.explanation = EXPLAINED[name]  # type: ignore[attr-defined]
            field.help_text = EXPLAINED[name].does

    def clean_hold_words(self):
        return clean_text(self.cleaned_data["hold_words"])

    def clean_block_words(self):
        return clean_text(self.cleaned_data["block_words"])

    def clean_addresses(self):
        return clean_text(self.cleaned_data["addresses"])

    def clean_networks(self):
        return clean_text(self.cleaned_data["networks"])

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Initial values as hidden fields. Django's `show_hidden_initial` gives hidden fields a
        description, which is invalid HTML."""
        names = {name: self.add_initial_prefix(name) for name in self.fields}
        if not self.is_bound:
            return [(hidden, self.initial[name]) for name, hidden in names.items()]
        return [(hidden, self.data[hidden]) for hidden in names.values() if hidden in self.data]

    def opened_with(self) -> dict:
        """Initial values from the hidden fields; missing and invalid ones are left out."""
        found = {}
        for name, field in self.fields.items():
            value = self.data.get(self.add_initial_prefix(name))
            with suppress(ValidationError):
                if value is not None:
                    value = field.to_python(value)
                    found[name] = clean_text(value) if isinstance(value, str) else value
        return found

    def asked_again(self, merged: Merge) -> "PolicyForm":
        """The form after a clash: it has the merged values, clashes as typed, and the initial
        values of now."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, value in merged.values.items():
            data[name], data[self.add_initial_prefix(name)] = value, merged.theirs[name]
        form = PolicyForm(data, instance=Policy.stored())
        form.full_clean()
        for clash in merged.clashes:
            form.add_error(clash.name, clash_sentence(clash))
        return form

    @property
    def sections(self):
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]


def clash_sentence(clash: Clash) -> str:
    change = PolicyChange.last(clash.name, out=str(clash.base or "") if clash.is_line else "")
    values = {"who": change.who if change else _("Somebody"), "base": clash.base}
    values |= {"mine": clash.mine, "theirs": clash.theirs}
    if clash.base is None:
        if isinstance(clash.theirs, str):
            words = _(
                "It was changed after you had opened this page. All lines of both stand here."
            )
            return str(words)
        sentence = _(
            "It was changed to %(theirs)s after you had opened this page. Yours stands here."
        )
        return sentence % values
    if not clash.is_line:
        return _("%(who)s changed it from %(base)s to %(theirs)s, you to %(mine)s.") % values
    if not clash.theirs:
        return _("%(who)s took out “%(base)s”; you changed it to “%(mine)s”.") % values
    if not clash.mine:
        return _("%(who)s changed “%(base)s” to “%(theirs)s”; you took it out.") % values
    return _("%(who)s changed “%(base)s” to “%(theirs)s”, you to “%(mine)s”.") % values
