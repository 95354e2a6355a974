"""Generated data for the benches: loaded in bulk, and as if each comment had come by itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.cache import versions
from blog.models import Post
from blog.text import markup
from comments.models import Comment
from tests.bench import loading
from tests.bench.loading import LINK, PLAIN, rendered
from tests.factories import make_comment, moderator

AT = "2024-05-01T08:00:00+00:00"
POST = {
    "id": 7,
    "slug": "post-7",
    "title": "The tram",
    "excerpt": "It came.",
    "body_md": "It **came**.\n\n## At last",
    "tags": ["bade", "kilo"],
    "published_at": AT,
}
COMMENT = {
    "post_id": 7,
    "parent_id": None,
    "level": 0,
    "author": "Ana 1",
    "email": "u1@example.com",
    "url": "",
    "ip": "10.1.2.3",
    "body": "And so it was.\n\nIndeed.",
    "created_at": AT,
    "status": "approved",
}
LINKS = "Buy https://spam1.example/12 and more. Now http://buy3.example/"
COMMENTS = [
    COMMENT | {"id": 1},
    COMMENT | {"id": 2, "parent_id": 1, "level": 1},
    COMMENT | {"id": 3, "parent_id": 2, "level": 2, "body": "*Marked* & <b>bold</b>"},
    COMMENT | {"id": 4, "status": "pending"},
    COMMENT | {"id": 5, "status": "spam", "body": LINKS, "ip": "2001:db8::7"},
]


@pytest.fixture
def folder(tmp_path):
    for name, rows in (("posts", [POST]), ("comments", COMMENTS)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def load(folder) -> list[Comment]:
    loading.load(folder)
    return list(Comment.objects.order_by("pk"))[-len(COMMENTS) :]


@pytest.mark.django_db
def test_posts_are_public_with_their_tags(client, folder):
    load(folder)
    post = Post.objects.get(slug="post-7")
    assert sorted(tag.name for tag in post.tags.all()) == ["bade", "kilo"]
    page = client.get(post.path).content.decode()
    assert "<strong>came</strong>" in page and "Indeed." in page


@pytest.mark.django_db
def test_answers_stand_in_their_thread(folder):
    first, second, third, *_others = load(folder)
    assert (second.parent, second.root, second.depth) == (first, first, 1)
    assert (third.parent, third.root, third.depth) == (second, first, 2)


@pytest.mark.django_db
def test_each_comment_is_as_if_it_had_come_by_itself(folder):
    for comment in load(folder):
        alone = Comment(body=comment.body, post=comment.post, parent=comment.parent)
        said = {"name": "Ana 1", "email": "u1@example.com", "body": comment.body}
        assert comment.body_html == markup.render_comment(comment.body)
        assert comment.render_version == markup.RENDER_VERSION
        assert comment.text_digest == alone.text_digest_of(comment.body)
        assert comment.digest == alone.digest_of(comment.post_id, comment.parent_id, said)
    assert comment.network == "2001:db8::/48"
    assert comment.held_because == [["links", "2"]]


@pytest.mark.django_db
def test_each_comment_has_its_trail(folder):
    trails = [
        [(row.old_status, row.new_status, row.by_a_person) for row in comment.decisions.all()]
        for comment in load(folder)
    ]
    approved = [("", "pending", False), ("pending", "approved", True)]
    assert trails == [approved, approved, approved, trails[3], trails[4]]
    assert trails[3:] == [[("", "pending", False)], [("", "spam", False)]]


@pytest.mark.django_db
def test_kept_pages_grow_stale(folder):
    load(folder)
    assert all(versions.read(versions.COMMENTS, versions.of_post(Post.objects.get().pk)).values())


@pytest.mark.django_db
def test_it_loads_beside_what_is_there(folder):
    mine = make_comment()
    loaded = load(folder)
    assert Comment.objects.count() == 1 + len(COMMENTS)
    assert min(comment.pk for comment in loaded) > mine.pk
    assert make_comment().pk > max(comment.pk for comment in loaded)


@pytest.mark.django_db
def test_what_is_loaded_can_be_decided(folder):
    *_others, pending, spam = load(folder)
    outcome = Comment.decide(
        {c.public_id: c.version for c in (pending, spam)}, "trash", by=moderator()
    )
    assert {row["id"] for row in outcome.done} == {pending.public_id, spam.public_id}
    back = Comment.undo(outcome.batch, by=moderator()).done
    statuses = {row["id"]: row["status"] for row in back}
    assert statuses == {pending.public_id: "pending", spam.public_id: "spam"}


PIECES = st.from_regex(rf"\A(?:[A-Za-z0-9]+[.,]?|{LINK})\Z")


@given(st.lists(st.lists(PIECES, min_size=1), min_size=1))
def test_the_short_way_to_html_gives_what_the_renderer_gives(paragraphs):
    body = "\n\n".join(" ".join(pieces) for pieces in paragraphs)
    assert PLAIN.fullmatch(body)
    assert rendered(body) == markup.render_comment(body)


@pytest.mark.parametrize("body", ["a  b", "_a_", "a\nb", "- a", "a & b", "http://a.0/", "`a`", ""])
def test_all_else_goes_the_long_way(body):
    assert not PLAIN.fullmatch(body)
    assert rendered(body) == markup.render_comment(body)
