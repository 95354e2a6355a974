"""What a person sees of an answer."""

import re
from html import unescape

from blog.models import Post
from tests.factories import form_fields


def html(response) -> str:
    return response.content.decode()


def words(response) -> str:
    """Its text without tags, each run of spaces as one."""
    return squeezed(unescape(re.sub(r"<[^>]*>", " ", html(response))))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def hrefs(response) -> list[str]:
    return [unescape(href) for href in re.findall(r'\bhref="([^"]*)"', html(response))]


def send_raw(client, post: Post, body: bytes, content_type="application/x-www-form-urlencoded"):
    """A body as no browser would send it."""
    return client.generic(
        "POST",
        f"{post.path}comments/",
        body,
        content_type,
        REMOTE_ADDR="203.0.113.7",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def send_multipart(client, post: Post, *, charset="utf-8", **fields):
    """By multipart/form-data, the bytes of the fields as they are."""
    parts = [
        b'--X\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in form_fields(**fields).items()
    ]
    kind = f"multipart/form-data; boundary=X; charset={charset}"
    return send_raw(client, post, b"".join(parts) + b"--X--\r\n", kind)
