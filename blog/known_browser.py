"""A signed cookie of a browser that signed in to an account before.

Its wrong passwords count for itself alone, and nobody else's count for it: while somebody guesses
at the account from everywhere, its owner signs in from their own browser without waiting. It lets
nobody in, and is good for one account. Whoever chose a password by a link from a mail or from
`manage.py password_link` has it too.
"""

from django.conf import settings
from django.core import signing
from django.utils.crypto import get_random_string

COOKIE = "browser"
SALT = "blog.known_browser"
MAX_AGE = 365 * 86_400


def remember(response, username: str) -> None:
    value = signing.dumps([normal(username), get_random_string(16)], salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def of(request, username: str) -> str:
    """The name of this browser; "" where it never signed in to this account."""
    try:
        name, browser = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return browser if name == normal(username) else ""


def normal(username: str) -> str:
    return username.strip().casefold()
