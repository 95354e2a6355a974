"""A card of the moderation queue: one comment, in words, and what can be done with it."""

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.text import markup
from blog.text.characters import isolated
from comments.check import akismet
from comments.check.situation import situation
from comments.dates import clock
from comments.models import Comment, Policy
from comments.queue import spam_figures
from comments.queue.not_public import post_words
from comments.rules import outage, word_lines
from comments.rules.email import normal
from comments.rules.holding import Reason, blocking_network
from comments.rules.outage import Kind, Situation
from comments.thread.notice import deletion_day

VERBS = {
    "pending": ("approve", "spam", "trash"),
    "approved": ("hold", "spam", "trash"),
    "spam": ("approve", "restore", "trash"),
    "trash": ("approve", "restore", "spam"),
    "again": ("approve", "hold", "spam", "trash"),
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
    kind = "again" if comment.asks_again else comment.status
    words = {verb: str(VERB_WORDS[verb]) for verb in VERBS[kind]}
    if kind == "again":
        words["approve"] = _("Keep")
    elif comment.is_unchecked and "approve" in words:
        words["approve"] = _("Approve unchecked")
    return tuple(words.items())


class Card:
    """One comment with all that a moderator needs to decide, in words."""

    changed: object = None  # see comments/queue/edited_meanwhile.py

    def __init__(self, comment: Comment, policy, check: Situation | None = None, record=None):
        self.comment = comment
        self.record = record  # of its author; see comments/queue/author_history.py
        self.policy = policy
        self.check = check
        self.row = f"{comment.public_id}.{comment.version}"
        self.codes = dict(comment.held_because)
        self.reasons = [
            (code, reason_words(code, detail)) for code, detail in self._codes_and_details()
        ]
        if comment.is_provisional:
            self.reasons.append((Reason.PROVISIONAL, provisional_words(comment)))

    @property
    def sent_at(self) -> str:
        return f"{timezone.localtime(self.comment.submitted_at):%Y-%m-%dT%H:%M%z}"

    @property
    def sent_words(self) -> str:
        return clock(self.comment.submitted_at)

    def _codes_and_details(self) -> list[tuple[str, str]]:
        found = [tuple(reason) for reason in self.comment.held_because]
        if not self.comment.is_reported:
            return found
        # Not those that somebody has looked at already; prefetched where there are many cards.
        reports = [r for r in self.comment.reports.all() if r.created_at > self.comment.status_at]
        return [*found, *((Reason.REPORTED, report.words) for report in reports)]

    @cached_property
    def marked_lines(self) -> list[str]:
        """The lines of words that were found. One that was found before lines had stars may stand
        within a longer word."""
        found = [detail for code, detail in self.comment.held_because if code == Reason.WORDS]
        if not any(found):
            return []
        comment = self.comment
        texts = (comment.author_name, comment.author_email, comment.author_url, comment.ip or "")
        shown = (markup.shown_text(comment.body_html), comment.user_agent)
        whole = set(word_lines.found_in(found, word_lines.haystack((*texts, *shown))))
        return [line if line in whole else word_lines.opened(line) for line in found]

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
        """The browser, only where a word of the policy was found in it."""
        if not self.marked_lines:
            return ""
        marked = self._marked(self.comment.user_agent)
        return marked if "<mark>" in marked else ""

    @cached_property
    def post_words(self) -> str:
        return post_words(self.comment.post)

    def _marked(self, text: str, as_it_is: str = "") -> str:
        """HTML where there is something to mark, else the text: whoever shows it escapes it."""
        if not (self.marked_lines or as_it_is):
            return text
        return markup.highlight(markup.escaped(text), self._finder(as_it_is))

    def _finder(self, as_it_is: str = ""):
        lines = [*self.marked_lines]
        if as_it_is:
            lines.append(word_lines.opened(as_it_is))
        return word_lines.finder(lines) if lines else None

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
        words = {
            "spam": _("Spam (will be deleted on %(day)s)"),
            "trash": _("Trash (will be deleted on %(day)s)"),
        }
        day = {"day": deletion_day(comment, self.policy)}
        if comment.withdrawn_at:
            return _("Withdrawn by its author (will be deleted on %(day)s)") % day
        return words[comment.status] % day

    @property
    def revised_words(self) -> str:
        comment = self.comment
        who = isolated(comment.revised_by) if comment.revised_by else _("someone who has left")
        return _("Edited by %(who)s, %(time)s") % {"who": who, "time": clock(comment.revised_at)}

    @cached_property
    def blocks(self) -> list[tuple[str, str, str]]:
        """What the policy sends to Spam already, whatever becomes of this one: in words, with the
        list and the line that say so."""
        rules, comment, found = self.policy.rules, self.comment, []
        if rules.blocks_author(comment.author_email):
            found.append((_("Author blocked"), "addresses", normal(comment.author_email)))
        if line := blocking_network(rules.networks, comment.ip, comment.network):
            found.append((_("Network blocked"), "networks", line))
        return found

    @property
    def verbs(self) -> tuple[tuple[str, str], ...]:
        return verbs_of(self.comment)

    @property
    def main_verb(self) -> str:
        """The verb of the green button. None in spam and trash, where a slip would publish."""
        return "" if self.comment.status in ("spam", "trash") else "approve"


def reason_words(code: str, detail: str) -> str:
    match code:
        case Reason.LINKS:
            n = int(detail)
            return ngettext("%(n)d link", "%(n)d links", n) % {"n": n}
        case Reason.WORDS:
            return _("the word “%(detail)s” of the policy") % {"detail": detail}
        case Reason.NETWORK:
            return _("the network %(detail)s of the policy") % {"detail": detail}
        case Reason.AUTHOR:
            return _("the e-mail address %(detail)s of the policy") % {"detail": detail}
        case Reason.TRAP:
            return _("filled in the hidden field: “%(detail)s”") % {"detail": detail}
        case Reason.STAFF_NAME:
            words = _("the name of somebody who works here: “%(detail)s”")
            return words % {"detail": isolated(detail)}
        case Reason.NO_ORIGIN:
            return _("the browser did not say from which page it was sent")
        case Reason.AGE:
            return _("the post is %(detail)s days old") % {"detail": detail}
        case Reason.EDITED:
            return _("its author edited it after sending it")
        case Reason.REPORTED:
            words = _("reported by a reader: “%(detail)s”") if detail else _("reported by a reader")
            return words % {"detail": detail}
    return code


def provisional_words(comment: Comment) -> str:
    now = timezone.now()
    words = _("Akismet is still looking at its links; asked again at %(time)s")
    return words % {"time": clock(max(comment.next_check_at or now, now))}


def check_words(comment: Comment, check: Situation | None = None) -> str:
    """What Akismet said, and when; or why it has not. Without `check` it is read where needed."""
    if comment.user_is_staff:
        return _("Written by somebody who works here: not checked")
    match comment.screened, comment.check_error:
        case (("ham" | "spam"), _error):
            return _said_words(comment)
        case "skipped", Comment.SAME:
            words = _("Not asked: the same text was called spam at %(time)s")
            return words % {"time": clock(comment.screened_at or comment.status_at)}
        case "skipped", Comment.NO_KEY:
            return _not_checked(Kind.NO_KEY)
        case "skipped", _error:
            return _not_checked(Kind.NO_ADDRESS)
    return _unchecked_words(comment, check or situation(policy=Policy.current()))


def _said_words(comment: Comment) -> str:
    verdict = "discard" if comment.discarded else comment.screened
    said = {"spam": _("spam"), "ham": _("not spam"), "discard": _("blatant spam")}[verdict]
    who = _("The stand-in, not Akismet,") if akismet.is_stand_in() else _("Akismet")
    time = clock(comment.screened_at or comment.submitted_at)
    return _("%(who)s said: %(said)s, %(time)s") % {"who": who, "said": said, "time": time}


def _unchecked_words(comment: Comment, check: Situation) -> str:
    error, due = comment.check_error, comment.next_check_at
    was_asked = error not in ("", Comment.AWAY, Comment.LIMIT)
    if due is None or comment.is_given_up:
        reason = outage.why(error) if was_asked else _("Akismet was not asked in time")
        return _("Not checked: %(why)s") % {"why": reason}
    code = check.not_asked_because(due, is_parked=error != "")
    if code == Kind.NO_KEY:
        return _not_checked(Kind.NO_KEY)
    if code != Kind.LATE:
        code = error if was_asked or error == Comment.LIMIT else code
    if not code:
        return _("Being checked")
    words = _("Not checked yet: %(why)s") % {"why": outage.why(code, limit=check.limit)}
    if code in (Kind.LATE, Kind.LIMIT):
        return words
    again = check.akismet.waits_until(check.now) or check.now
    return _("%(words)s (next try %(time)s)") % {
        "words": words,
        "time": clock(max(due, again)),
    }


def _not_checked(kind: Kind) -> str:
    return _("Not checked: %(why)s") % {"why": outage.WORDS[kind].why}
