"""“Try it”: apply a policy to a comment that nobody sends and nothing saves."""

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
from comments.rules import admission, holding, word_lines
from comments.rules.holding import Reason
from comments.submit import context
from comments.submit.forms import CommentForm, clean_length, clean_text
from comments.submit.origin import LONGEST

MOST_LINES = 20


class TrialForm(CommentForm):
    """The readers' form with only the text required, and other fields that rules look at."""

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
        return clean_length("name", " ".join(clean_text(self.cleaned_data["name"]).split()))

    def clean_browser(self):
        return clean_text(self.cleaned_data["browser"])


@dataclass(frozen=True)
class Trial:
    """`nearly`: lines that match only within longer words."""

    outcome: str
    why: list[str]
    reader: str
    card: Card
    nearly: list[str]


def try_policy(fields: dict, policy: Policy) -> Trial:
    days = fields["post_days"] or 0
    facts = _facts(fields, days)
    rules = policy.rules
    found = holding.blocking_reasons(facts, rules)
    blocks = list(_with_all_lines(found, rules.block_words, facts))
    found = holding.holding_reasons(facts, rules)
    holds = list(_with_all_lines(found, rules.hold_words, facts))
    why = [_blocking_sentence(*reason, facts) for reason in blocks]
    why += [_holding_sentence(*reason, policy) for reason in holds]
    card = Card(_comment(facts, [*blocks, *holds]), policy)
    nearly = _nearly(facts, rules)
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
    if blocks:
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
    reasons: Iterable[tuple[Reason, str]], lines: tuple[str, ...], facts: holding.Facts
) -> Iterator[tuple[Reason, str]]:
    """Yield all lines that match; the first is enough to decide, but the trial shows all."""
    for code, detail in reasons:
        if code == Reason.WORDS:
            found = islice(word_lines.matching_lines(lines, facts.haystack), MOST_LINES)
            yield from ((code, line) for line in found)
        else:
            yield code, detail


def _nearly(facts: holding.Facts, rules: holding.Rules) -> list[str]:
    lines = dict.fromkeys((*rules.block_words, *rules.hold_words))
    whole = set(word_lines.matching_lines(lines, facts.haystack))
    others = {word_lines.match_anywhere(line): line for line in lines if line not in whole}
    sentence = _("“%(line)s” stands only within a longer word; “%(opened)s” would find it.")
    found = islice(word_lines.matching_lines(others, facts.haystack), MOST_LINES)
    return [sentence % {"line": others[opened], "opened": opened} for opened in found]


def _facts(fields: dict, days: int) -> holding.Facts:
    return context.text_facts(
        fields,
        ip=fields["ip"] or None,
        user_agent=fields["browser"],
        post_age_days=days,
        staff_names=User.staff_names(),
    )


def _comment(facts: holding.Facts, reasons: list) -> Comment:
    # For the card; never saved.
    return Comment(
        author_name=facts.name,
        author_email=facts.email,
        author_url=facts.url,
        body_html=markup.render_comment(facts.body),
        ip=facts.ip,
        user_agent=facts.user_agent,
        held_because=reasons,
    )


def _blocking_sentence(code: Reason, detail: str, facts: holding.Facts) -> str:
    if code == Reason.NETWORK:
        sentence = _("%(ip)s belongs to %(network)s, one of the networks whose comments are spam.")
        return sentence % {"ip": facts.ip, "network": detail}
    if code == Reason.AUTHOR:
        sentence = _("%(email)s is one of the e-mail addresses whose comments are spam.")
        return sentence % {"email": detail}
    return _("It contains “%(word)s”, one of the words that make a comment spam.") % {
        "word": detail
    }


def _holding_sentence(code: Reason, detail: str, policy: Policy) -> str:
    match code:
        case Reason.WORDS:
            sentence = _("It contains “%(detail)s”, one of the words that mark a comment.")
        case Reason.LINKS:
            sentence = _("Its links, counted: %(detail)s. It is marked from %(limit)s on.")
        case Reason.AGE:
            sentence = _("The post is %(detail)s days old; after %(days)s a comment is marked.")
        case Reason.STAFF_NAME:
            sentence = _("“%(detail)s” is the name of somebody who works here.")
            detail = isolated(detail)
    return sentence % {
        "detail": detail,
        "limit": policy.link_limit,
        "days": policy.hold_after_days,
    }
