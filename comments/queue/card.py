"""A card of the moderation queue: one comment, in words, and the buttons to decide it."""

from datetime import timedelta

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.full_text.match import Phrase
from blog.search import snippets
from blog.text import markup
from blog.text.characters import isolated
from blog.text.highlight import Find
from comments.check import akismet
from comments.check.situation import situation
from comments.dates import clock, full_date, time_of_day
from comments.models import Comment, Policy
from comments.queue import spam_figures
from comments.queue.not_public import post_sentence
from comments.rules import outage, word_lines
from comments.rules.email import normalized
from comments.rules.holding import Reason, blocking_network
from comments.rules.outage import Kind, Situation
from comments.thread.notice import deletion_day

# A time further back than this is written with its year.
WITHOUT_YEAR = timedelta(days=300)

VERBS = {
    "pending": ("approve", "spam", "trash"),
    "approved": ("hold", "spam", "trash"),
    "spam": ("approve", "restore", "trash"),
    "trash": ("approve", "restore", "spam"),
    "again": ("approve", "hold", "spam", "trash"),
}
VERDICT_WORDS = {
    "spam": gettext_lazy("spam"),
    "ham": gettext_lazy("not spam"),
    "discard": gettext_lazy("blatant spam"),
}
VERB_WORDS = {
    "approve": gettext_lazy("Approve"),
    "hold": gettext_lazy("Unapprove"),
    "spam": gettext_lazy("Spam"),
    "trash": gettext_lazy("Trash"),
    "restore": gettext_lazy("Restore"),
}


def verbs_of(comment: Comment) -> tuple[tuple[str, str], ...]:
    if comment.is_over:
        return ()
    kind = "again" if comment.needs_second_look else comment.status
    labels = {verb: str(VERB_WORDS[verb]) for verb in VERBS[kind]}
    if kind == "again":
        labels["approve"] = _("Keep")
    elif comment.is_unchecked and "approve" in labels:
        labels["approve"] = _("Approve unchecked")
    return tuple(labels.items())


class Card:
    """One comment with all that a moderator needs to decide, in words."""

    changed: object = None  # see comments/queue/edited_meanwhile.py

    def __init__(
        self,
        comment: Comment,
        policy,
        check: Situation | None = None,
        author_history=None,
        searched: list[Phrase] | None = None,
    ):
        self.comment = comment
        self.searched = searched or []
        self.author_history = author_history
        self.policy = policy
        self.check = check
        self.row = f"{comment.public_id}.{comment.version}"
        self.codes = dict(comment.held_because)
        self.reasons = [
            (code, reason_text(code, detail)) for code, detail in self._codes_and_details()
        ]
        if comment.is_provisional:
            self.reasons.append((Reason.PROVISIONAL, provisional_sentence(comment)))

    @property
    def sent_at(self) -> str:
        return f"{timezone.localtime(self.comment.submitted_at):%Y-%m-%dT%H:%M%z}"

    @property
    def sent_words(self) -> str:
        sent_at = self.comment.submitted_at
        if timezone.now() - sent_at < WITHOUT_YEAR:
            return clock(sent_at)
        return f"{full_date(sent_at)}, {time_of_day(sent_at)}"

    def _codes_and_details(self) -> list[tuple[str, str]]:
        found = [tuple(reason) for reason in self.comment.held_because]
        if not self.comment.is_reported:
            return found
        # Only reports since the last decision. The queue prefetches them.
        reports = [r for r in self.comment.reports.all() if r.created_at > self.comment.status_at]
        return [*found, *((Reason.REPORTED, report.words) for report in reports)]

    @cached_property
    def marked_lines(self) -> list[str]:
        # A line found before lines had stars may match within a word, so it is marked as if it had
        # them.
        found = [detail for code, detail in self.comment.held_because if code == Reason.WORDS]
        if not any(found):
            return []
        comment = self.comment
        texts = (comment.author_name, comment.author_email, comment.author_url, comment.ip or "")
        shown = (markup.shown_text(comment.body_html), comment.user_agent)
        whole = set(word_lines.matching_lines(found, word_lines.haystack((*texts, *shown))))
        return [line if line in whole else word_lines.match_anywhere(line) for line in found]

    @property
    def body(self):
        links = Reason.LINKS in self.codes
        return markup.highlight(self.comment.body_html, self._finder(), links=links)

    @property
    def name(self) -> str:
        return self._marked(self.comment.author_name, self.codes.get(Reason.STAFF_NAME, ""))

    @property
    def email(self) -> str:
        return self._marked(self.comment.author_email, self.codes.get(Reason.AUTHOR, ""))

    @property
    def url(self) -> str:
        return self._marked(self.comment.author_url)

    @property
    def address(self) -> str:
        if not self.comment.ip:
            return self.comment.network
        inside = self.comment.ip if Reason.NETWORK in self.codes else ""
        return self._marked(self.comment.ip, inside)

    @property
    def marked_agent(self) -> str:
        if not self.marked_lines:
            return ""
        marked = self._marked(self.comment.user_agent)
        return marked if "<mark>" in marked else ""

    @cached_property
    def post_sentence(self) -> str:
        return post_sentence(self.comment.post)

    def _marked(self, text: str, as_it_is: str = "") -> str:
        """Return HTML if something is marked, else plain text: the template escapes it."""
        if not (self.marked_lines or as_it_is or self.searched):
            return text
        return markup.highlight(markup.escaped(text), self._finder(as_it_is))

    def _finder(self, as_it_is: str = "") -> Find | None:
        """Find what the policy names, and what was searched for."""
        lines = [*self.marked_lines]
        if as_it_is:
            lines.append(word_lines.match_anywhere(as_it_is))
        named = word_lines.span_finder(lines) if lines else None
        if not self.searched:
            return named
        return lambda text: [*(named(text) if named else ()), *snippets.find(text, self.searched)]

    @property
    def waits(self) -> str:
        waits = self.comment.status == Comment.Status.PENDING
        return spam_figures.age(self.comment.submitted_at) if waits else ""

    @property
    def check_words(self) -> str:
        return check_words(self.comment, self.check)

    @property
    def status_words(self) -> str:
        comment = self.comment
        if comment.status not in ("spam", "trash"):
            return comment.get_status_display()
        if comment.kept_because:
            return comment.get_status_display()
        day = {"day": deletion_day(comment, self.policy)}
        if comment.withdrawn_at:
            return _("Withdrawn by its author (will be deleted on %(day)s)") % day
        if comment.status == "spam":
            return _("Spam (will be deleted on %(day)s)") % day
        return _("Trash (will be deleted on %(day)s)") % day

    @property
    def revised_words(self) -> str:
        comment = self.comment
        who = isolated(comment.revised_by) if comment.revised_by else _("someone who has left")
        return _("Edited by %(who)s, %(time)s") % {"who": who, "time": clock(comment.revised_at)}

    @cached_property
    def blocks(self) -> list[tuple[str, str, str]]:
        return rules_blocking(self.comment, self.policy)

    @property
    def verbs(self) -> tuple[tuple[str, str], ...]:
        return verbs_of(self.comment)

    @property
    def main_verb(self) -> str:
        # The green button. None in spam and trash, where a slip would publish.
        return "" if self.comment.status in ("spam", "trash") else "approve"


def rules_blocking(comment: Comment, policy: Policy) -> list[tuple[str, str, str]]:
    """Rules that send comments from this author or network to Spam, each as (label, field of the
    policy, line)."""
    rules, found = policy.rules, []
    if rules.blocks_author(comment.author_email):
        found.append((_("Author blocked"), "addresses", normalized(comment.author_email)))
    if line := blocking_network(rules.networks, comment.ip, comment.network):
        found.append((_("Network blocked"), "networks", line))
    return found


def reason_text(code: str, detail: str) -> str:
    match code:
        case Reason.LINKS:
            n = int(detail)
            return ngettext("%(n)d link", "%(n)d links", n) % {"n": n}
        case Reason.WORDS:
            return _("contains “%(detail)s” (a word of the policy)") % {"detail": detail}
        case Reason.NETWORK:
            return _("from the network %(detail)s (blocked by the policy)") % {"detail": detail}
        case Reason.AUTHOR:
            return _("with the e-mail address %(detail)s (blocked by the policy)") % {
                "detail": detail
            }
        case Reason.TRAP:
            return _("filled in the hidden field: “%(detail)s”") % {"detail": detail}
        case Reason.STAFF_NAME:
            sentence = _("the name of somebody who works here: “%(detail)s”")
            return sentence % {"detail": isolated(detail)}
        case Reason.NO_ORIGIN:
            return _("the browser did not say where the form came from")
        case Reason.AGE:
            return _("the post is %(detail)s days old") % {"detail": detail}
        case Reason.EDITED:
            return _("its author edited it after sending it")
        case Reason.REPORTED:
            sentence = (
                _("reported by a reader: “%(detail)s”") if detail else _("reported by a reader")
            )
            return sentence % {"detail": detail}
    return code


def provisional_sentence(comment: Comment) -> str:
    now = timezone.now()
    sentence = _("Akismet is still looking at its links; asked again at %(time)s")
    return sentence % {"time": clock(max(comment.next_check_at or now, now))}


def check_words(comment: Comment, check: Situation | None = None) -> str:
    """`check` is read from the database if it is not given."""
    if comment.user_is_staff:
        return _("Written by somebody who works here: not checked")
    match comment.screened, comment.check_error:
        case (("ham" | "spam"), _error):
            return _verdict_sentence(comment)
        case "skipped", Comment.SAME:
            sentence = _("Not asked: the same text was called spam at %(time)s")
            return sentence % {"time": clock(comment.screened_at or comment.status_at)}
        case "skipped", Comment.NO_KEY:
            return _not_checked(Kind.NO_KEY)
        case "skipped", _error:
            return _not_checked(Kind.NO_ADDRESS)
    return _unchecked_sentence(comment, check or situation(policy=Policy.current()))


def _verdict_sentence(comment: Comment) -> str:
    verdict = "discard" if comment.discarded else comment.screened
    who = _("The stand-in, not Akismet,") if akismet.is_stand_in() else _("Akismet")
    time = clock(comment.screened_at or comment.submitted_at)
    return _("%(who)s said: %(said)s, %(time)s") % {
        "who": who,
        "said": VERDICT_WORDS[verdict],
        "time": time,
    }


def _unchecked_sentence(comment: Comment, check: Situation) -> str:
    error, due = comment.check_error, comment.next_check_at
    was_asked = error not in ("", Comment.AWAY, Comment.LIMIT)
    if due is None or comment.is_given_up:
        reason = outage.reason_sentence(error) if was_asked else _("Akismet was not asked in time")
        return _("Not checked: %(why)s") % {"why": reason}
    code = check.not_asked_because(due, is_parked=error != "")
    if code == Kind.NO_KEY:
        return _not_checked(Kind.NO_KEY)
    if code != Kind.LATE:
        code = error if was_asked or error == Comment.LIMIT else code
    if not code:
        return _("Being checked")
    sentence = _("Not checked yet: %(why)s") % {
        "why": outage.reason_sentence(code, limit=check.limit)
    }
    if code in (Kind.LATE, Kind.LIMIT):
        return sentence
    again = check.akismet.waits_until(check.now) or check.now
    return _("%(words)s (next try %(time)s)") % {
        "words": sentence,
        "time": clock(max(due, again)),
    }


def _not_checked(kind: Kind) -> str:
    return _("Not checked: %(why)s") % {"why": outage.MESSAGES[kind].why}
