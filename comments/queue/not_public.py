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


def appear_later_sentences(unseen: int, count: int) -> list[str]:
    sentence = ngettext(
        "%(n)s of them appears when its post is public.",
        "%(n)s of them appear when their posts are public.",
        unseen,
    )
    if unseen == count:
        sentence = ngettext(
            "It appears when its post is public.", "They appear when their posts are public.", count
        )
    return [sentence % {"n": f"{unseen:,}"}] if unseen else []


def waiting_sentence(count: int, count_text: str) -> str:
    sentence = ngettext(
        "%(n)s more waits under a post that is not public.",
        "%(n)s more wait under posts that are not public.",
        count,
    )
    return sentence % {"n": count_text} if count else ""


def post_sentence(post) -> str:
    if post.is_visible(now := timezone.now()):
        return ""
    status = post.status_words if post.is_scheduled(now) else post.get_status_display()
    is_over = post.status == post.Status.PUBLISHED and post.expires_at and post.expires_at <= now
    status = _("Expired") if is_over else status
    sentence = _(
        "The post is not public (%(status)s): an approved comment appears when the post does."
    )
    return sentence % {"status": status}
