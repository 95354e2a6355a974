"""Answers are compressed where they are the same for every reader, and only there."""

import gzip

import pytest
from django.test import Client

from comments.submit import cookies
from tests.factories import make_comment, make_post, moderator, send_comment

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def post(db):
    return make_post(body="Nobody got into the tram.\n\n" * 100, tags=["Trams"])


@pytest.mark.parametrize(
    "path",
    ["/", "post", "/tag/trams/", "/feed/", "/feed/atom/", "/feed.json", "/sitemap.xml", "/none/"],
)
def test_the_same_bytes_for_each_reader_are_compressed(post, path):
    path = post.path if path == "post" else path
    plain, packed = Client().get(path), Client().get(path, headers=GZIP)
    assert packed.status_code == plain.status_code
    if len(plain.content) < 1_000:
        assert packed.content == plain.content
        return
    assert packed["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    assert "Accept-Encoding" in packed["Vary"] and "Accept-Encoding" in plain["Vary"]


def test_a_person_s_own_answers_are_not(post):
    """The length of a page that repeats a stranger's words would tell of the secrets in it."""
    comment = make_comment(post, body="Nobody got in. " * 100)
    signed_in, waiting = Client(), Client()
    signed_in.force_login(moderator())
    waiting.cookies["waiting"] = "1"
    for client, path in [
        (signed_in, "/"),
        (signed_in, "/admin/"),
        (waiting, post.path),
        (Client(), f"{post.path}?c={comment.public_id}"),
        (Client(), f"/comments/{cookies.sign(comment)}/"),
    ]:
        answer = client.get(path, headers=GZIP)
        assert answer.status_code == 200, path
        assert "Content-Encoding" not in answer and len(answer.content) > 1_000, path


def test_a_form_s_answer_is_not(post):
    answer = send_comment(Client(), post, headers=GZIP, body="")
    assert "Content-Encoding" not in answer and len(answer.content) > 1_000


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.0, br", "xgzipx"])
def test_only_for_those_who_take_it(post, accepted):
    answer = Client().get(post.path, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "gzip;q=1"])
def test_a_reader_of_feeds_gets_304(post, accepted):
    headers = {"Accept-Encoding": accepted}
    first = Client().get("/feed/", headers=headers)
    assert first["Content-Encoding"] == "gzip" and first["ETag"].startswith('W/"')
    again = Client().get("/feed/", headers=headers | {"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pictures_and_short_answers_are_sent_as_they_are():
    for path in ("/healthz", "/robots.txt", "/favicon.ico"):
        answer = Client().get(path, headers=GZIP)
        assert answer.status_code == 200 and "Content-Encoding" not in answer, path
