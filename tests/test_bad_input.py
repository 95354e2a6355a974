"""Whatever is sent: an answer that fits, never an error of ours, and nothing that can run."""

import json
import os
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from markupsafe import escape

from blog.text.characters import is_blank
from blog.text.markup import for_xml
from comments.models import Comment, Policy
from tests.factories import form_fields, make_comment, moderator, send_comment
from tests.pages import hrefs, html, send_multipart, send_raw, squeezed, words

pytestmark = pytest.mark.django_db

STRINGS = Path(__file__).resolve().parents[2] / "shared" / "cases" / "abuse" / "blns" / "blns.json"
REFUSED = (200, 303, 400, 403, 404, 405, 413, 422)
# As a form would send it, where bytes may be anything else.
FIELDS = urlencode({"name": "Ana", "email": "ana@example.net", "body": "Nobody got in."}).encode()


def naughty_strings() -> list[str]:
    """Each once, without what no form can send (NUL and half characters are tried below)."""
    if not STRINGS.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the cases are missing: {STRINGS}")
        pytest.skip("the shared cases are not beside the project")
    return [text for text in json.loads(STRINGS.read_text()) if text.strip()]


def printable(text: str) -> str:
    """As typed, without the control characters, which show nothing."""
    kept = (c for c in text if c in "\n\t" or not (ord(c) < 32 or 127 <= ord(c) < 160))
    return squeezed("".join(kept))


BODIES = [
    b"",
    b"x" * 1_000_000,
    bytes(range(256)) * 64,
    b"&" * 10_000,
    b"=" * 10_000,
    b"%" * 10_000,
    b"name=%ff%fe&email=%C3%28&body=%ED%A0%80",
    b"body=" + b"%00" * 1_000,
    b"\0" * 1_000,
]
KINDS = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "multipart/form-data; boundary=X",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "X" * 300,
    "application/json",
    "text/plain; charset=hex",
    "",
    "/",
    "\xff; charset=\xff",
]
# Each body with three of the kinds at once; all pairs where there is time.
PAIRS = [
    pytest.param(body, kind, marks=() if (n + m) % 3 == 0 else pytest.mark.thorough)
    for n, body in enumerate(BODIES)
    for m, kind in enumerate(KINDS)
]


@pytest.mark.parametrize(("body", "kind"), PAIRS)
def test_no_body_is_an_error_of_ours(client, post, body, kind):
    assert send_raw(client, post, body, kind).status_code in REFUSED
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"--X",
        b"--X\r\n\r\n--X--",
        b"--X\r\nContent-Disposition: form-data; name=body\r\n\r\ncut off",
        b'--X\r\nContent-Disposition: form-data; name=a; filename="a"\r\n\r\nb\r\n--X--\r\n',
        b"--X\r\nContent-Disposition: form-data; name*=utf-7''+AAA-\r\n\r\nx\r\n--X--\r\n",
        b"--X\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=body"
        b"\r\n\r\n!!!\r\n--X--\r\n",
    ],
)
def test_a_broken_multipart_is_refused(client, post, body):
    kind = "multipart/form-data; boundary=X"
    assert send_raw(client, post, body, kind).status_code in (400, 422)


@pytest.mark.parametrize("length", ["", "abc", "-5", "0", "1e3", "9" * 30, "٣", "1 2", "+7"])
def test_an_odd_content_length_is_no_error_of_ours(client, post, length):
    response = client.post(f"{post.path}comments/", form_fields(), CONTENT_LENGTH=length)
    assert response.status_code in (303, 400, 413, 422)


def test_10000_fields_are_read(client, post):
    fields = FIELDS + b"".join(b"&f%d=" % n for n in range(6_000))
    assert send_raw(client, post, fields).status_code == 303
    assert send_raw(client, post, b"&a" * 30_000).status_code == 400


def test_the_last_of_several_equal_fields_counts(client, post):
    assert send_raw(client, post, FIELDS + b"&body=The+last.").status_code == 303
    assert Comment.objects.get().body == "The last."


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "hex", "utf-16", "none-such"])
def test_no_charset_smuggles_in_half_a_character(client, post, charset):
    sent = {"body": b"\\ud800 +2AA-", "url": b"https://example.net/\\ud800+2AA-"}
    response = send_multipart(client, post, charset=charset, **sent)
    assert response.status_code == 303
    assert Comment.objects.get().body == "\\ud800 +2AA-"


def test_bytes_that_are_no_utf8_are_shown_as_such(client, post):
    assert send_multipart(client, post, body=b"one \xff two").status_code == 303
    assert Comment.objects.get().body == "one \ufffd two"


@pytest.mark.parametrize("field", ["body", "name", "email", "url"])
def test_nul_is_refused_and_the_rest_kept(client, post, field):
    fields = {"body": "A text of some length.", "url": "https://example.net/"}
    fields[field] = "one\0two"
    response = send_comment(client, post, **fields)
    assert response.status_code == 422
    assert "one" in html(response)
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("value", ["\0", "one\0two", "x" * 60_000, "\ufffe"])
def test_the_trap_takes_whatever_is_put_into_it(client, post, value):
    assert send_comment(client, post, homepage2=value).status_code == 303
    assert Comment.objects.get().status == "spam"


def test_control_characters_are_left_out(client, post):
    send_comment(client, post, body="one\x07 \x1b[31mtwo\x7f\x85", name="A\x08na\r\nBcc: x")
    comment = Comment.objects.get()
    assert (comment.body, comment.author_name) == ("one [31mtwo", "Ana Bcc: x")


@pytest.mark.parametrize("every", [pytest.param(2, marks=pytest.mark.thorough), 11])
def test_naughty_names_and_bodies_are_taken_and_shown_as_typed(post, every):
    Policy(pk=1, seconds_between=0, link_limit=0).save()
    texts = [text for text in naughty_strings()[::every] if not is_blank(printable(text))]
    for n, text in enumerate(texts):
        name = {"name": text} if len(printable(text)) <= 100 else {}
        ip = f"198.51.{n % 256}.1"
        assert send_comment(Client(), post, ip=ip, body=text, **name).status_code == 303, text
    rows = dict(Comment.objects.values_list("public_id", "version"))
    Comment.decide(rows, "approve", by=moderator())
    pages = [f"{post.path}comments/page/{n}/" for n in range(1, len(texts) // 50 + 2)]
    read = [Client().get(page, follow=True) for page in pages]
    seen = letters(" ".join(map(words, read)))
    assert [text for text in texts if letters(printable(text)) not in seen] == []
    names = squeezed(" ".join(map(html, read)))
    shown = [
        f"<b><bdi>{escape(printable(t))}</bdi></b>" in names
        for t in texts
        if len(printable(t)) <= 100
    ]
    assert all(shown)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


HOSTILE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/",
    "https:javascript:alert(1)",
    'https://example.net/"onmouseover="alert(1)',
    "https://example.net/'><script>alert(1)</script>",
    "\u0001javascript:alert(1)",
    "ftp://example.net/",
    "https://[::1",
    "http://example.net\\@evil.example/",
]


@pytest.mark.thorough
@pytest.mark.parametrize("few", range(3))
def test_nothing_hostile_becomes_a_link_or_a_tag(post, few):
    client = Client()
    client.force_login(moderator())
    for payload in HOSTILE[few::3]:
        send_everywhere(post, payload)
    assert_harmless(client.get("/moderation/"))
    for comment in Comment.objects.filter(status="pending"):
        comment.approve(by=moderator())
    for address in (post.path, "/moderation/?tab=approved"):
        assert_harmless(client.get(address))


def send_everywhere(post, payload):
    for fields in ({"url": payload}, {"name": payload}, {"body": f"[x]({payload}) {payload}"}):
        send_comment(Client(), post, **fields)
        refused = send_comment(Client(), post, **fields | {"email": "none"})
        assert_harmless(refused)


def attributes(response) -> set[str]:
    found, parser = set(), HTMLParser()
    parser.handle_starttag = lambda _tag, attrs: found.update(name for name, _value in attrs)
    parser.feed(html(response))
    return found


def assert_harmless(response):
    assert "<script>alert" not in html(response)
    assert not [name for name in attributes(response) if name.startswith("on")]
    known = ("http://", "https://", "mailto:", "/", "#", "?")
    found = set(hrefs(response)) - {"", "data:,"}
    assert [href for href in found if not href.startswith(known) or href.startswith("//")] == []


@pytest.mark.parametrize("every", [pytest.param(4, marks=pytest.mark.thorough), 50])
def test_naughty_addresses_are_found_nowhere(client, post, every):
    doors = ("/tag/{}/", "/author/{}/", "/{}/", "/2026/11/{}/", f"{post.path}comments/{{}}/")
    for text in [*naughty_strings()[::every], "\0"]:
        for door in doors:
            address = door.format(quote(text, safe=""))
            assert client.get(address).status_code in (301, 302, 404), address


def test_naughty_logins_let_nobody_in(client):
    for n, text in enumerate(naughty_strings()[::20] + ["\0", "x" * 10_000]):
        # Each from a network of its own: one that tries many is told to wait.
        said = {"username": text, "password": text}
        response = client.post("/login/", said, REMOTE_ADDR=f"198.51.{n}.1")
        assert response.status_code == 200
        assert "sessionid" not in client.cookies


@pytest.mark.parametrize("every", [pytest.param(15, marks=pytest.mark.thorough), 100])
def test_naughty_words_open_no_door_of_the_queue(client, every):
    client.force_login(moderator())
    for text in [*naughty_strings()[::every], "\0"]:
        for name in ("tab", "sort", "after", "q"):
            assert client.get("/moderation/", {name: text}).status_code == 200
        sent = {"verb": text, "row": text, "next": text}
        assert client.post("/moderation/decide/", sent).status_code == 422
        assert client.post("/moderation/undo/", {"batch": text, "next": text}).status_code == 422


def test_a_feed_stays_xml_whatever_was_said(client, post):
    for text in naughty_strings()[::10]:
        name = for_xml(text)[:90].strip() or "x"
        make_comment(post, status="approved", body=text, author_name=name)
    root = ET.fromstring(client.get("/comments/feed/").content)
    assert len(list(root.iter("item"))) == 20
