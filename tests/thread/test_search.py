"""Comments among the results of the readers' search: only what every reader can read."""

import re

import pytest
from django.test import Client

from blog.models import Post
from comments.models import Comment
from comments.thread import search
from tests.factories import make_comment, make_post
from tests.pages import html

pytestmark = pytest.mark.django_db
S = Comment.Status


def look_for(typed: str, **more) -> str:
    answer = Client().get("/search/", {"q": typed, **more})
    assert answer.status_code == 200
    return html(answer)


def found(typed: str) -> list[str]:
    """The texts of the comments that are shown, the newest first."""
    _before, _head, after = look_for(typed).partition('<section class="found"')
    texts = re.findall(r"<li>.*?<p[^>]*>.*?</p>\s*<p[^>]*>(.*?)</p>", after, re.DOTALL)
    return [re.sub("<.*?>", "", text).strip() for text in texts]


def make(body: str, **fields) -> Comment:
    return make_comment(body=body, **{"status": S.APPROVED, **fields})


def test_approved_comments_are_a_second_group():
    post = make_post(title="The ferry")
    first = make("The *lantern* of Søren.", post=post, author_name="Ana Lévêque")
    make("Another lantern.", post=post)
    assert found("lantern") == ["Another lantern.", "The lantern of Søren."]
    assert found("soren") == ["The lantern of Søren."]
    assert found("leveque lantern") == ["The lantern of Søren."]
    page = look_for("soren")
    assert "<mark>Søren</mark>" in page and f'href="{first.get_absolute_url()}"' in page
    assert "On “The ferry”" in page and "No post has these words." in page


@pytest.mark.parametrize("status", sorted(set(S.values) - {S.APPROVED}))
def test_none_that_is_not_approved(status):
    make("A lantern.", status=status)
    assert found("lantern") == []


def test_none_below_a_post_that_is_not_public():
    for status in set(Post.Status.values) - {Post.Status.PUBLISHED}:
        make("A lantern.", post=make_post(status=status))
    assert found("lantern") == []


def test_none_that_was_emptied_or_whose_text_is_gone():
    make("A lantern.")
    with_reply = make("Another lantern.")
    Comment.objects.filter(pk=with_reply.pk).empty()
    Comment.objects.exclude(pk=with_reply.pk).drop_text()
    assert found("lantern") == []


@pytest.mark.parametrize("typed", ["ana@example.net", "example", "-example lantern", "elsewhere"])
def test_nobody_learns_an_address(typed):
    """Neither by what is found nor by what is left out."""
    make("A lantern.", author_email="ana@example.net", author_url="https://elsewhere.example/")
    assert found(typed) == (["A lantern."] if "lantern" in typed else [])


def test_phrases_and_words_to_leave_out():
    make("The last lantern of the pier.")
    make("The pier had a last look at the lantern.")
    assert found('"last lantern"') == ["The last lantern of the pier."]
    assert found("lantern -look") == ["The last lantern of the pier."]
    assert found("lantern tag:ferries") == found("-lantern") == found("") == []


def test_a_few_and_on_the_first_page_only():
    for number in range(search.SHOWN + 2):
        make(f"Lantern number {number}.")
    assert found("lantern") == [f"Lantern number {n}." for n in (6, 5, 4, 3, 2)]
    for number in range(11):
        make_post(title=f"Lantern {number}")
    assert "In the comments" in look_for("lantern")
    assert "In the comments" not in look_for("lantern", page=2)


def test_what_was_typed_is_escaped():
    make("A <b>lantern</b> & <script>alert(1)</script>.", author_name="<i>Ana</i>")
    page = look_for("lantern")
    assert "<script>alert" not in page and "<i>Ana" not in page
    assert found("lantern") == [
        "A &lt;b&gt;lantern&lt;/b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;."
    ]


def test_queries_do_not_grow(django_assert_num_queries):
    for number in range(4):
        make(f"Lantern {number}.", post=make_post(title=f"Lantern {number}"))
    client = Client()
    client.get("/search/?q=lantern")
    with django_assert_num_queries(7):
        client.get("/search/?q=lantern")


def test_only_the_newest_hits_are_looked_at(monkeypatch):
    monkeypatch.setattr(search, "LOOKED_AT", 2)
    for number in range(4):
        make(f"Lantern {number}.")
    assert found("lantern") == ["Lantern 3.", "Lantern 2."]
