"""A reader's signed cookies: the ids of their waiting comments, and their name for the form.
Signed ids in links to the status page."""

import json

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri

from comments.models import Comment

MOST = 20
DAYS_30 = 30 * 86_400
A_YEAR = 365 * 86_400
CARRIED = "waiting-before"  # copied from a former path of the post
STATUS_SALT = "comments.status"


def waiting_ids(request: HttpRequest) -> list[int]:
    parts = [part for name in (CARRIED, "waiting") for part in _value(request, name).split(".")]
    return list(dict.fromkeys(int(part) for part in parts if part.isdecimal()))


def _value(request: HttpRequest, name: str) -> str:
    try:
        return request.get_signed_cookie(name, default="", salt=name, max_age=DAYS_30) or ""
    except signing.BadSignature:
        return ""


def carry(request: HttpRequest, response: HttpResponse, ids: list[int], path: str) -> None:
    _set(request, response, CARRIED, ".".join(map(str, ids)), DAYS_30, path=path)


def remember(request: HttpRequest, response: HttpResponse, comment: Comment) -> None:
    ids = [*waiting_ids(request), comment.public_id][-MOST:]
    value = ".".join(map(str, ids))
    _set(request, response, "waiting", value, DAYS_30, path=comment.post.path)


def remember_commenter(
    request: HttpRequest, response: HttpResponse, comment: Comment, wanted: bool
) -> None:
    if not wanted:
        if "commenter" in request.COOKIES:
            response.delete_cookie("commenter")
        return
    details = [comment.author_name, comment.author_email, comment.author_url]
    _set(request, response, "commenter", json.dumps(details), A_YEAR)


def _set(
    request: HttpRequest, response: HttpResponse, name: str, value: str, max_age: int, path="/"
) -> None:
    response.set_signed_cookie(
        name,
        value,
        salt=name,
        max_age=max_age,
        # Escaped as in a request: browsers compare a cookie's path byte by byte.
        path=iri_to_uri(path),
        httponly=True,
        samesite="Lax",
        # Behind a proxy, request.is_secure() may be False although the reader uses https.
        secure=settings.SECURE or request.is_secure(),
    )


def commenter(request: HttpRequest) -> dict:
    try:
        value = str(request.get_signed_cookie("commenter", salt="commenter", max_age=A_YEAR))
    except (KeyError, signing.BadSignature):
        return {}
    return dict(zip(("name", "email", "url"), json.loads(value), strict=True)) | {"remember": True}


def sign(comment) -> str:
    return signing.Signer(salt=STATUS_SALT).sign(str(comment.public_id))


def unsign(signed: str) -> int | None:
    try:
        return int(signing.Signer(salt=STATUS_SALT).unsign(signed))
    except (signing.BadSignature, ValueError):
        return None
