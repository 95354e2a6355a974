"""History of a comment for moderators: decisions, edits, mails, reports and evidence."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.text.characters import isolated
from comments.mail.sentences import history_sentence
from comments.models import Decision, Mail
from comments.queue import undo_sentences
from comments.queue.decision_sentences import decision_sentence, report_sentence


@dataclass(frozen=True)
class Line:
    at: datetime
    sentence: str
    text: str = ""  # quoted
    note: str = ""
    after: str = ""  # the text after an edit


def history_lines(comment) -> list[Line]:
    decisions = comment.decisions.select_related("by", "comment")
    found = [
        Line(row.created_at, decision_sentence(row), note=report_sentence(row)) for row in decisions
    ]
    for row in comment.mails.select_related("by"):
        found.append(Line(row.at, history_sentence(row), row.text))
    found += _edits(comment)
    for row in comment.reports.all():
        found.append(Line(row.created_at, _("A reader reported it"), row.words))
    for row in comment.evidence.select_related("by", "released_by"):
        sentence = _("%(who)s kept it as evidence:") % {"who": _name(row.by)}
        found.append(Line(row.kept_at, sentence, row.note))
        if row.released_at:
            sentence = _("%(who)s released it; it is evidence no more")
            found.append(Line(row.released_at, sentence % {"who": _name(row.released_by)}))
    return sorted(found, key=lambda line: line.at)


def _edits(comment):
    # An Edit keeps the text before it; the text after it is in the next Edit, or in the comment.
    rows = list(comment.edits.select_related("by"))
    for row, then in zip(rows, [*rows, comment][1:], strict=True):
        who = _name(row.by) if row.by_moderator else _("Its author")
        note = renamed(row, then) if row.by_moderator else ""
        if row.body == then.body:
            yield Line(row.created_at, _("%(who)s edited it.") % {"who": who}, note=note)
        else:
            sentence = _("%(who)s edited it. Before that it said:") % {"who": who}
            yield Line(row.created_at, sentence, row.body, note, then.body)


def renamed(row, then) -> str:
    pairs = [(_("name"), isolated(row.author_name), isolated(then.author_name))]
    pairs += [(_("website"), row.author_url, then.author_url)]
    sentence = _("%(what)s: “%(before)s” → “%(after)s”")
    changed = [
        sentence % {"what": what, "before": before, "after": after}
        for what, before, after in pairs
        if before != after
    ]
    return "; ".join(changed)


def _name(user) -> str:
    return isolated(user) if user else _("Someone who has left")


def last_batch(comment) -> dict | None:
    last = comment.decisions.last()
    if comment.is_over or last is None or last.batch is None:
        return None
    moves = undo_sentences.count_moves(last.batch)
    count = sum(moves.values())
    one = undo_sentences.undo_label({(last.old_status, last.new_status, last.reason)})
    labels = {"one": one, "all": undo_sentences.undo_label(set(moves), count)}
    return {"batch": last.batch, "count": count, **labels}


def not_taken_back(batch: UUID, undo: UUID) -> list[str]:
    """Sentences about what an undo cannot take back: mails and reports to Akismet."""
    back = Decision.objects.filter(batch=undo).values("comment")
    decided = Decision.objects.filter(batch=batch, comment__in=back)
    first = decided.order_by("pk").first()
    if first is None:
        return []
    # A mail about several comments has several rows.
    sent = Mail.objects.filter(comment__in=back, sent_at__gte=first.created_at)
    mails = sent.values("kind", "to", "sent_at").distinct().count()
    sentences = []
    if mails:
        sentences.append(
            ngettext("%(n)d mail was sent.", "%(n)d mails were sent.", mails) % {"n": mails}
        )
    if decided.filter(feedback_sent_at__isnull=False, feedback_claimed_at__isnull=False).exists():
        sentences.append(_("Akismet was told."))
    return sentences
