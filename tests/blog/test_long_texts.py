"""A text that is too long comes back with the limit in words; a form that nobody reads, too."""

from html import unescape

import pytest
from django.conf import settings
from django.test import Client

from blog.models import Post, Role
from config.middleware import SIGNED_OUT_LIMIT
from tests.desk import ESSAY, Desk, errors
from tests.factories import picture
from tests.pages import html, words

pytestmark = pytest.mark.django_db

ADD = "/admin/blog/post/add/"
LINES = "Nobody got in.\n\n" * 250_000  # 4,000,000 characters
SAID = "The text has 3,000,000 characters; the limit is 2,000,000."


@pytest.mark.parametrize("letter", ["a ", "ж ", "海"])
def test_three_million_characters_come_back_with_the_limit_in_words(letter):
    text = (letter * 3_000_000)[:2_999_990].strip() + "."
    text = "x" * (3_000_000 - len(text)) + text
    answer = Desk().type(body=text)
    assert errors(answer) == {"body": [SAID]}
    page = unescape(html(answer))
    assert text in page and not Post.objects.exists()
    assert all(words in page for name, words in ESSAY.items() if name != "body")


def test_line_breaks_count_once():
    text = LINES[: 16 * 124_000]
    assert len(text) < 2_000_000 < len(text.replace("\n", "\r\n"))
    assert "body" not in errors(Desk().type("_schedule", body=text.replace("\n", "\r\n")))


def test_a_form_that_nobody_reads_is_refused_in_words():
    desk = Desk()
    answer = desk.type(body="x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert answer.status_code == 413 and "10 MB" in words(answer)
    assert "the text of a post 2,000,000 characters. Nothing was saved." in words(answer)
    sent = "body=" + "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    answer = desk.client.post(ADD, sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413 and "10 MB" in words(answer)
    assert not Post.objects.exists()


@pytest.mark.parametrize("path", [ADD, "/login/", "/comments/find/", "/moderation/decide/"])
@pytest.mark.parametrize("cookie", ["", "abcdefghijklmnopqrstuvwxyz123456"])
def test_of_nobody_who_is_not_signed_in_more_is_read_than_before(path, cookie, monkeypatch):
    """Whatever cookie there is."""
    client = Client()
    client.cookies["sessionid"] = cookie
    monkeypatch.delattr("django.http.HttpRequest._load_post_and_files")
    answer = client.post(path, {"body": "x" * SIGNED_OUT_LIMIT})
    assert answer.status_code == 413 and "You are not signed in any more" in words(answer)


def test_a_long_form_of_somebody_signed_out_comes_back_too():
    person, client = Desk(Role.EDITOR).user, Client()
    text = LINES[:2_000_000]
    answer = client.post(ADD, ESSAY | {"author": person.pk, "kind": "post", "body": text})
    assert answer.status_code == 403 and "Nothing is lost." in words(answer)
    assert f'name="body" value="{text}"' in html(answer)


def test_a_picture_beside_a_text_counts_for_itself():
    large = picture(size=(3000, 2000), quality=100)
    large.write(bytes(3_000_000 - large.size)) if large.size < 3_000_000 else None
    answer = Desk().type("_schedule", lead_upload=large)
    assert answer.status_code == 200 and "To schedule the post" in words(answer)
