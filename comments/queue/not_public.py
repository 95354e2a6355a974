"""Comments under a post that is not public: readers do not see them, approved or not."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment


def approved_unseen(done: list[dict]) -> set[int]:
    ids = [row["id"] for row in done if row["status"] == Comment.Status.APPROVED]
    if not ids:
        return set()
    unseen = Comment.objects.filter(public_id__in=ids).under_not_public(timezone.now())
    return set(unseen.values_list("public_id", flat=True))


def count_among(ids) -> int:
    return Comment.objects.filter(public_id__in=ids).under_not_public(timezone.now()).count()


def appear_later_words(unseen: int, count: int) -> list[str]:
    words = ngettext(
        "%(n)s of them appears when its post is public.",
        "%(n)s of them appear when their posts are public.",
        unseen,
    )
    if unseen == count:
        words = ngettext(
            "It appears when its post is public.", "They appear when their posts are public.", count
        )
    return [words % {"n": f"{unseen:,}"}] if unseen else []


def waiting_words(count: int, count_words: str) -> str:
    words = ngettext(
        "%(n)s more waits under a post that is not public.",
        "%(n)s more wait under posts that are not public.",
        count,
    )
    return words % {"n": count_words} if count else ""


def post_words(post) -> str:
    if post.is_visible(now := timezone.now()):
        return ""
    is_over = post.status == post.Status.PUBLISHED and post.expires_at and post.expires_at <= now
    status = _("Expired") if is_over else post.status_words
    words = _(
        "The post is not public (%(status)s): an approved comment appears when the post does."
    )
    return words % {"status": status}
