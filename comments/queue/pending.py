"""The sentences about pending comments, at the head of the queue and on the admin's first page."""

from comments.queue import counts, not_public
from comments.queue.spam_figures import pending_sentence


def pending_sentences(counted: counts.Counts) -> dict[str, str]:
    count, hidden = counted.by_tab["pending"], counted.not_public
    if count <= counts.MOST_COUNTED:
        count -= hidden
    return {
        "pending_sentence": pending_sentence(count, counts.count_text(count), counted.oldest),
        "not_public_sentence": not_public.waiting_sentence(hidden, counts.count_text(hidden)),
    }
