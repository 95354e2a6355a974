"""Of people without a session the server keeps no file, and all that they typed beside it."""

from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from config.server.body import ANONYMOUS_LIMIT
from config.server.without_files import NotAForm, WithoutFiles
from tests.factories import make_user
from tests.pages import html, words
from tests.server import Server

TEXT = "One\r\n\r\n--two & “three”\r\n--"
ODD = [b"", b"\r\n", b"--", b"\r\n--", b"\r\n\r\n", f"--{BOUNDARY}".encode(), b"\r\n--BoUn", b"\0"]


def form(size: int, **fields) -> bytes:
    picture = SimpleUploadedFile("tram.jpg", b"\xff" * size, "image/jpeg")
    return encode_multipart(BOUNDARY, fields | {"lead_upload": picture, "zz": "last"})


def filtered(body: bytes, cuts=()) -> bytes:
    out, takes = WithoutFiles.of(MULTIPART_CONTENT), []
    for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True):
        takes.append(out.feed(body[start:end]))
    return b"".join([*takes, out.finish()])


def parsed(body: bytes) -> tuple[dict, MultiValueDict]:
    meta = {"CONTENT_TYPE": MULTIPART_CONTENT, "CONTENT_LENGTH": str(len(body))}
    handler = MemoryFileUploadHandler()
    fields, files = MultiPartParser(meta, BytesIO(body), [handler], "utf-8").parse()
    return dict(fields.lists()), files


@given(
    texts=st.lists(st.text() | st.sampled_from([TEXT, "\r\n", "--"]), max_size=4),
    file=st.lists(st.binary() | st.sampled_from(ODD), max_size=6).map(b"".join),
    cuts=st.lists(st.integers(0, 900), max_size=8),
)
def test_however_it_arrives_each_text_is_there_and_each_file_empty(texts, file, cuts):
    if f"\r\n--{BOUNDARY}".encode() in b"\r\n" + file:
        file = b""
    fields = {f"text{n}": text for n, text in enumerate(texts)}
    picture = SimpleUploadedFile("tram.jpg", file, "image/jpeg")
    body = encode_multipart(BOUNDARY, {"a": picture, **fields, "z": picture})
    kept = filtered(body, sorted(min(cut, len(body)) for cut in cuts))
    found, files = parsed(kept)
    assert found == parsed(body)[0]
    assert {name: upload.size for name, upload in files.items()} == {"a": 0, "z": 0}
    assert len(kept) <= len(body) + 2


@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary="],
)
def test_of_anything_else_nothing_is_left_out(kind):
    assert WithoutFiles.of(kind) is None


def test_headers_without_end_are_no_form():
    out = WithoutFiles.of('multipart/form-data; boundary="X"')
    with pytest.raises(NotAForm):
        out.feed(b"--X\r\n" + b"a" * 10_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("server")).start()
    yield running
    assert running.stop() == 0


def test_the_server_lets_the_words_beside_a_large_picture_through(server):
    kind, words_of = f"Content-Type: {MULTIPART_CONTENT}", "x" * 400_000
    told = server.post(form(9_000_000, body=words_of), kind).json
    assert 400_000 < told["bytes"] < 402_000 and told["CONTENT_LENGTH"] == str(told["bytes"])
    too_long = form(1_000, body="x" * ANONYMOUS_LIMIT)
    assert server.post(too_long, kind).status == 413
    assert server.post(form(26_000_000), kind).status == 413
    with_session = server.post(form(9_000_000), kind, "Cookie: sessionid=abc123").json
    assert with_session["bytes"] > 9_000_000


@pytest.mark.django_db
def test_a_session_that_has_ended_costs_the_picture_but_no_word():
    """Its cookie is still there."""
    client, owner = Client(), make_user(is_staff=True, is_superuser=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefghijklmnopqrstuvwxyz123456"
    path, body = "/admin/blog/post/add/", form(5_000_000, title="The sea", body=TEXT)
    answer = client.generic("POST", path, body, MULTIPART_CONTENT)
    assert answer.status_code == 403 and "Nothing is lost." in words(answer)
    assert "Pictures have to be chosen again." in words(answer)
    assert "--two &amp; “three”" in html(answer) and owner.pk
    body = form(5_000_000, title="The sea", body="x" * 3_000_000)
    answer = client.generic("POST", path, body, MULTIPART_CONTENT)
    assert answer.status_code == 413 and "You are not signed in any more" in words(answer)
