"""Signed links in mails, each for one purpose.

Opening a link changes nothing, because mail scanners follow links; the buttons on its page do
(comments/mail/unsubscribe.py).
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from blog.models import User
from comments.models.subscription import OptOut

CONFIRM = "confirm"  # a commenter wants mail about replies
REPLIES = "answers"  # no more mail about replies to this comment
ADDRESS = "address"  # no more mail to this address
STAFF = "staff"  # no more mail about comments to this account
PURPOSES = (CONFIRM, REPLIES, ADDRESS, STAFF)


def to_reader(purpose: str, email: str, public_id: int = 0) -> str:
    """Contains the hash of the e-mail address, so that it works after the comment is deleted."""
    return _link(purpose, f"{public_id}.{OptOut.digest_of(email)}")


def to_staff(user) -> str:
    return _link(STAFF, user_token(user))


def user_token(user) -> str:
    """Includes the time of joining, because a restored backup gives out the same `pk` again."""
    return f"{user.pk}.{_joined(user)}"


def read_user(value: str) -> User | None:
    pk, _dot, joined = value.partition(".")
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and _joined(user) == joined else None


def _joined(user) -> str:
    return str(int(user.date_joined.timestamp()))


def _link(purpose: str, value: str) -> str:
    return settings.SITE_URL + reverse("mail-choice", args=[purpose, _signer(purpose).sign(value)])


def read(purpose: str, signed: str) -> str | None:
    try:
        return _signer(purpose).unsign(signed)
    except signing.BadSignature:
        return None


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"comments.mail.{purpose}")


def one_click_headers(link: str) -> dict[str, str]:
    # RFC 8058: the mail program's own button posts to the link.
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
