"""Who wrote it: on the post, and on its card in every list."""

import re

import pytest

from blog.models import Post, Role, User
from tests.factories import make_comment, make_post, make_user
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

NAMES = ["Ana Ada", "Bo <b>", "Cem Cel"]
READ = [(1, "By Ana Ada"), (2, "By Ana Ada and Bo <b>"), (3, "By Ana Ada, Bo <b> and Cem Cel")]


def post_by(count: int, **fields):
    people = [make_user(display_name=name) for name in NAMES[:count]]
    post = make_post(author=people[0], **fields)
    for position, person in enumerate(people[1:]):
        post.bylines.create(user=person, position=position)
    return post, people


def byline(response, kind: str) -> str:
    found = re.search(rf'<(p) class="{kind}"[^>]*>(.*?)</\1>', html(response), re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", found[2]).replace("&lt;b&gt;", "<b>").split())


@pytest.mark.parametrize(("count", "read"), READ)
def test_all_who_wrote_it_are_named_and_linked(client, count, read):
    post, people = post_by(count)
    page = client.get(post.path)
    assert byline(page, "byline").startswith(f"{read} ")
    assert {person.get_absolute_url() for person in people} <= set(hrefs(page))


@pytest.mark.parametrize(("count", "read"), READ)
def test_a_card_names_all_of_them(client, count, read):
    post_by(count)
    assert byline(client.get("/"), "by").startswith(f"{read.removeprefix('By ')} ·")


def test_the_card_below_another_post_names_all_of_them(client):
    post_by(3)
    page = client.get(make_post().path)
    assert byline(page, "by").startswith("Ana Ada, Bo <b> and Cem Cel ·")


def test_nobody_is_named_twice(client):
    post, people = post_by(2)
    post.bylines.create(user=people[0], position=9)
    assert byline(client.get(post.path), "byline").startswith("By Ana Ada and Bo <b> ")


def test_who_they_are_is_said_below_the_text(client):
    post, (first, second) = post_by(2, body="The last word of it.")
    first.bio = "Ana Ada mends clocks.\nShe is late."
    first.save()
    page = client.get(post.path)
    assert "The last word of it. Ana Ada mends clocks. She is late. Share the Post:" in words(page)
    assert not re.search(r'<p class="quiet"[^>]*>\s*</p>', html(page))


def test_the_byline_of_the_posts_own_page_leads_to_its_comments(client):
    post = make_post()
    assert "#comments" not in hrefs(client.get(post.path))
    make_comment(post)
    for count, said in ((1, "1 comment"), (2, "2 comments")):
        make_comment(post, status="approved")
        page = client.get(post.path)
        assert byline(page, "byline").endswith(said)
        assert '<a href="#comments">' in html(page) and html(page).count('id="comments"') == 1
        assert f"{count} comment" not in words(client.get("/"))


def test_no_reader_is_offered_as_an_author_of_a_new_post():
    reader, author = make_user(), make_user(Role.AUTHOR)
    gone = make_user(Role.AUTHOR, is_active=False)
    assert list(User.writers(Post())) == [author]
    assert set(User.writers(make_post(author=gone))) == {author, gone}
    assert reader not in User.active_writers()
