"""A signed cookie of a browser that has signed in to an account.

Wrong passwords in such a browser count for that browser alone, and those of others do not slow it
down: while somebody guesses the password of an account, its owner signs in without waiting. The
cookie signs nobody in, and is valid for one account. Choosing a password by a link sets it too.
"""

from django.conf import settings
from django.core import signing
from django.utils.crypto import get_random_string

COOKIE = "browser"
SALT = "blog.known_browser"
MAX_AGE = 365 * 86_400


def remember(response, username: str) -> None:
    value = signing.dumps([normalize(username), get_random_string(16)], salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def get_name(request, username: str) -> str:
    """Return the random name of this browser; "" if it never signed in to this account."""
    try:
        name, browser = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return browser if name == normalize(username) else ""


def normalize(username: str) -> str:
    return username.strip().casefold()
