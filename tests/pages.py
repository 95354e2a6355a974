"""Read pages and their forms, and send a comment as no browser would."""

import re
from html import unescape
from html.parser import HTMLParser

from blog.models import Post
from tests.factories import form_fields


def html(response) -> str:
    return response.content.decode()


def words(response) -> str:
    """Its text without tags, each run of spaces as one."""
    return squeezed(unescape(re.sub(r"<[^>]*>", " ", html(response))))


def squeezed(text: str) -> str:
    return " ".join(text.split())


class _Tags(HTMLParser):
    def __init__(self, name: str):
        super().__init__()
        self.name, self.found = name, []

    def handle_starttag(self, tag, attrs):
        if tag == self.name:
            self.found.append({key: value or "" for key, value in attrs})


def tags(response, name: str) -> list[dict[str, str]]:
    """The attributes of each element of that name."""
    parser = _Tags(name)
    parser.feed(html(response))
    return parser.found


def hidden_fields(response) -> dict[str, str]:
    """Those of all forms of the page."""
    inputs = [tag for tag in tags(response, "input") if tag.get("type") == "hidden"]
    return {tag["name"]: tag.get("value", "") for tag in inputs}


def field(response, name: str) -> str:
    """The value of the first input of that name."""
    return next(tag["value"] for tag in tags(response, "input") if tag.get("name") == name)


def cards(response) -> list[int]:
    """The ids of the comments on a page of the queue."""
    cards = [tag["id"] for tag in tags(response, "article") if tag.get("class") == "card"]
    return [int(id.removeprefix("comment-")) for id in cards]


def link(response, text: str) -> str:
    """The address that a link of exactly this text leads to, or nothing."""
    found = re.search(rf'<a href="([^"]+)">{re.escape(text)}</a>', html(response))
    return unescape(found[1]) if found else ""


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
