"""“Try it”: what a policy would do with a comment that nobody sends and nothing saves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import User
from blog.text import markup
from blog.text.characters import isolated
from comments.check import akismet
from comments.check.akismet import TRAP
from comments.models import Comment, Policy
from comments.queue.card import Card
from comments.rules import admission, word_lines
from comments.rules import holding as moderation
from comments.rules.holding import Reason
from comments.submit import context
from comments.submit.forms import CommentForm, clean_text, within
from comments.submit.origin import LONGEST

MOST_LINES = 20


class TrialForm(CommentForm):
    """The form of a post, of which only the text must be given, and what else a rule looks at."""

    ip = forms.GenericIPAddressField(label=gettext_lazy("IP address"), required=False)
    browser = forms.CharField(label=gettext_lazy("Browser"), max_length=LONGEST, required=False)
    post_days = forms.IntegerField(
        label=gettext_lazy("Age of the post, in days"),
        required=False,
        min_value=0,
        max_value=100_000,
    )

    prefix = "try"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="id_%s", **kwargs)
        for name in ("remember", "parent", TRAP):
            del self.fields[name]
        self.fields["name"].required = self.fields["email"].required = False
        self.fields["name"].widget.attrs = self.fields["email"].widget.attrs = {}
        self.fields["body"].widget.attrs["rows"] = 5

    def clean_name(self):
        return within("name", " ".join(clean_text(self.cleaned_data["name"]).split()))

    def clean_browser(self):
        return clean_text(self.cleaned_data["browser"])


@dataclass(frozen=True)
class Trial:
    """`nearly`: lines that stand only within longer words."""

    outcome: str
    why: list[str]
    reader: str
    card: Card
    nearly: list[str]


def judge(said: dict, policy: Policy) -> Trial:
    days = said["post_days"] or 0
    known = _facts(said, days)
    rules = policy.rules
    found = moderation.blocking_reasons(known, rules)
    blocking = list(_with_all_lines(found, rules.block_words, known))
    found = moderation.holding_reasons(known, rules)
    holding = list(_with_all_lines(found, rules.hold_words, known))
    why = [_blocking_words(*reason, known) for reason in blocking]
    why += [_holding_words(*reason, policy) for reason in holding]
    card = Card(_comment(known, [*blocking, *holding]), policy)
    nearly = _nearly(known, rules)
    if admission.is_too_old(timedelta(days=days), policy.close_after_days):
        closed = _("The post is %(days)d days old; comments close after %(limit)d.")
        why.insert(0, closed % {"days": days, "limit": policy.close_after_days})
        return Trial(
            _("It would be refused, with the text given back."),
            why,
            _("Comments on this post are closed."),
            card,
            nearly,
        )
    if blocking:
        outcome = _("It would go to Spam. You can still publish it.")
        if akismet.is_configured():
            outcome += " " + _("Akismet is asked all the same.")
        return Trial(outcome, why, _("Saved, but our spam filter set it aside."), card, nearly)
    if why:
        outcome = _("It would wait for a moderator, and the queue would say why to look twice.")
    else:
        outcome = _("It would wait for a moderator, like every comment. No rule marks it.")
    reader = _("Saved. A moderator reads every comment before it appears.")
    return Trial(outcome, why, reader, card, nearly)


def _with_all_lines(
    reasons: Iterable[tuple[Reason, str]], lines: tuple[str, ...], known: moderation.Facts
) -> Iterator[tuple[Reason, str]]:
    """The first line of words is enough to decide; whoever tries wants to see them all."""
    for code, detail in reasons:
        if code == Reason.WORDS:
            found = islice(word_lines.found_in(lines, known.haystack), MOST_LINES)
            yield from ((code, line) for line in found)
        else:
            yield code, detail


def _nearly(known: moderation.Facts, rules: moderation.Rules) -> list[str]:
    lines = dict.fromkeys((*rules.block_words, *rules.hold_words))
    whole = set(word_lines.found_in(lines, known.haystack))
    others = {word_lines.opened(line): line for line in lines if line not in whole}
    words = _("“%(line)s” stands only within a longer word; “%(opened)s” would find it.")
    found = islice(word_lines.found_in(others, known.haystack), MOST_LINES)
    return [words % {"line": others[opened], "opened": opened} for opened in found]


def _facts(said: dict, days: int) -> moderation.Facts:
    return context.of_text(
        said,
        ip=said["ip"] or None,
        user_agent=said["browser"],
        post_age_days=days,
        staff_names=User.staff_names(),
    )


def _comment(known: moderation.Facts, reasons: list) -> Comment:
    """For the card, which marks in it what was found; never saved."""
    return Comment(
        author_name=known.name,
        author_email=known.email,
        author_url=known.url,
        body_html=markup.render_comment(known.body),
        ip=known.ip,
        user_agent=known.user_agent,
        held_because=reasons,
    )


def _blocking_words(code: Reason, detail: str, known: moderation.Facts) -> str:
    if code == Reason.NETWORK:
        words = _("%(ip)s belongs to %(network)s, one of the networks whose comments are spam.")
        return words % {"ip": known.ip, "network": detail}
    if code == Reason.AUTHOR:
        words = _("%(email)s is one of the e-mail addresses whose comments are spam.")
        return words % {"email": detail}
    return _("It contains “%(word)s”, one of the words that make a comment spam.") % {
        "word": detail
    }


def _holding_words(code: Reason, detail: str, policy: Policy) -> str:
    match code:
        case Reason.WORDS:
            words = _("It contains “%(detail)s”, one of the words that mark a comment.")
        case Reason.LINKS:
            words = _("Its links, counted: %(detail)s. It is marked from %(limit)s on.")
        case Reason.AGE:
            words = _("The post is %(detail)s days old; after %(days)s a comment is marked.")
        case Reason.STAFF_NAME:
            words = _("“%(detail)s” is the name of somebody who works here.")
            detail = isolated(detail)
    return words % {
        "detail": detail,
        "limit": policy.link_limit,
        "days": policy.hold_after_days,
    }
