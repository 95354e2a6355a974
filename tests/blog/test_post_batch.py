"""Each act on many posts, its trail, and its undo."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.cache import versions
from blog.models import Post, PostBatch, Revision, Role, Tag, post_words
from blog.search import posts as search
from blog.search.query import parse
from tests.factories import make_post, make_user
from tests.many_posts import (
    MANY,
    change,
    everything,
    hidden,
    labelled,
    labels_of,
    press,
    say,
    tags_of,
    told,
    typed,
    undo,
)
from tests.pages import words
from tests.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return signed_in(make_user(Role.EDITOR, display_name="Edith"))


# Each act and its undo.


def test_comments_are_closed_and_opened_again(editor):
    posts = [make_post(), make_post()]
    shut = make_post(comments_open=False)
    page = typed(editor, "close_comments", [*posts, shut])
    assert "Close comments on 2 posts" in words(page)
    assert "Comments on 1 post are closed already." in words(page)
    assert say(press(editor, page)).startswith("Comments are closed on 2 posts. Undo…")
    assert not Post.objects.filter(comments_open=True).exists()
    assert "Undone: 2 posts are as they were." in say(undo(editor))
    assert list(Post.objects.filter(comments_open=False)) == [shut]
    change(editor, "open_comments", [shut])
    assert Post.objects.filter(comments_open=True).count() == 3


def test_a_tag_is_added_where_it_is_not_yet(editor):
    plain, other, has = make_post(), labelled("Land"), labelled("Land", "Sea")
    before = everything()
    page = typed(editor, "add_tag", [plain, other, has], tag="sea")
    assert "Add “Sea” to 2 posts" in words(page)
    assert "1 post has this tag already." in words(page)
    press(editor, page)
    assert tags_of(plain, other, has) == ["Sea", "Land, Sea", "Land, Sea"]
    assert labels_of(plain, other, has) == ["Sea", "Land", "Land"]
    undo(editor)
    assert everything() == before


def test_a_new_tag_is_announced_and_made_by_the_button(editor):
    post = make_post()
    page = typed(editor, "add_tag", [post], tag="Zeppelins")
    assert "it is a new one" in words(page) and not Tag.objects.exists()
    press(editor, page)
    assert tags_of(post) == ["Zeppelins"]


def test_a_tag_is_taken_away_and_put_back_where_it_stood(editor):
    post, label = labelled("Land", "Sea", "Air"), labelled("Sea", "Land")
    without = labelled("Land")
    before = everything()
    page = typed(editor, "take_tag", [post, label, without], tag="Sea")
    assert "Take “Sea” away from 2 posts" in words(page)
    assert "1 post does not have this tag." in words(page)
    press(editor, page)
    assert tags_of(post, label) == ["Land, Air", "Land"]
    assert labels_of(post, label) == ["Land", "Land"]
    undo(editor)
    assert everything() == before


def test_a_label_is_set_and_becomes_a_tag_too(editor):
    has, lacks, untagged = labelled("Land", "Sea"), labelled("Land"), make_post()
    before = everything()
    change(editor, "set_label", [has, lacks, untagged], tag="Sea")
    assert labels_of(has, lacks, untagged) == ["Sea"] * 3
    assert tags_of(has, lacks, untagged) == ["Land, Sea", "Land, Sea", "Sea"]
    undo(editor)
    assert everything() == before


def test_posts_get_another_author_and_their_own_back(editor):
    ana, bo = make_user(Role.AUTHOR), make_user(Role.AUTHOR, display_name="Bo")
    mine, theirs = make_post(author=ana), make_post(author=bo)
    page = typed(editor, "set_author", [mine, theirs], author=bo.pk)
    assert "Make Bo the author of 1 post" in words(page)
    press(editor, page)
    assert set(Post.objects.values_list("author", flat=True)) == {bo.pk}
    assert "Bo" in words(Client().get(mine.path))
    undo(editor)
    mine.refresh_from_db()
    assert mine.author == ana


def test_a_live_post_in_the_trash_is_gone_for_readers_and_comes_back(editor):
    live, draft = make_post(), make_post(status="draft")
    before = everything()
    page = typed(editor, "to_trash", [live, draft])
    assert "1 of them is public: its readers will see “No longer here”." in words(page)
    assert "2 posts were moved to trash." in say(press(editor, page))
    assert Client().get(live.path).status_code == 410
    assert say(undo(editor)) == "Undone: 2 posts are as they were."
    assert Client().get(live.path).status_code == 200
    assert everything() == before


def test_posts_come_out_of_the_trash_with_the_status_that_they_had(editor):
    live, draft, kept = make_post(), make_post(status="draft"), make_post()
    change(editor, "to_trash", [live, draft])
    page = typed(editor, "restore", [live, draft, kept])
    assert "1 of them will be public again at once." in words(page)
    assert "1 post is not in the trash." in words(page)
    press(editor, page)
    statuses = [Post.objects.get(pk=post.pk).status for post in (live, draft)]
    assert statuses == ["published", "draft"]
    undo(editor)
    assert Post.objects.filter(status="trash").count() == 2


def test_what_is_in_the_trash_is_changed_in_no_other_way(editor):
    post = make_post(status="trash")
    page = typed(editor, "close_comments", [post])
    assert "1 post is in the trash and stays as it is." in words(page)
    assert "There is nothing to change." in words(page) and hidden(page) == {}


# The history, the index and the cached pages.


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("close_comments", {}, "Comments closed with other posts"),
        ("add_tag", {"tag": "Sea"}, "Tag added with other posts: Sea"),
        ("set_label", {"tag": "Sea"}, "Label set with other posts: Sea"),
        ("take_tag", {"tag": "Land"}, "Tag taken away with other posts: Land"),
        ("to_trash", {}, "Moved to trash"),
    ],
)
def test_each_post_has_a_revision_of_the_change_and_of_its_undo(editor, act, fields, said):
    post = labelled("Land")
    version, last = post.version, Post.objects.get(pk=post.pk).modified_at
    change(editor, act, [post], **fields)
    (row,) = Revision.objects.all()
    post.refresh_from_db()
    assert (row.editor.display_name, row.verb) == ("Edith", act)
    assert (row.version, row.fields["tags"]) == (post.version, list(post.tags.names()))
    assert post.version != version and post.modified_at > last
    history = reverse("admin:blog_post_history", args=[post.pk])
    assert said in words(editor.get(history))
    undo(editor)
    page = words(editor.get(history))
    assert said in page
    assert ("Taken out of the trash" if act == "to_trash" else "A change of many") in page


def test_the_index_knows_the_tags_of_each_post_at_once(editor):
    post = make_post()

    def found():
        return search.find(parse("zeppelins"), timezone.now()).pks

    change(editor, "add_tag", [post], tag="Zeppelins")
    assert found() == [post.pk] and post_words.wrong(Post.objects.all()) == []
    undo(editor)
    assert found() == [] and post_words.wrong(Post.objects.all()) == []


def test_pages_of_live_posts_are_made_anew_and_no_others(editor):
    live, draft = make_post(), make_post(status="draft")
    scopes = [versions.SITE, versions.of_post(live.pk), versions.of_post(draft.pk)]

    def read():
        return list(versions.read(*scopes).values())

    before = read()
    change(editor, "close_comments", [draft])
    assert read() == before
    change(editor, "close_comments", [live])
    site, post, other = (now != then for now, then in zip(read(), before, strict=True))
    assert (site, post, other) == (True, True, False)


def test_no_text_is_rendered_again(editor, monkeypatch):
    post = make_post(body="Before.")
    monkeypatch.setattr("blog.text.markup.convert", None)
    change(editor, "close_comments", [post])
    post.refresh_from_db()
    assert not post.comments_open and "Before." in post.body_html


# Undone after somebody changed something.


def test_undo_leaves_posts_that_were_changed_since_and_says_how_many(editor):
    posts = [labelled("Land") for _n in range(3)]
    change(editor, "add_tag", posts, tag="Sea")
    posts[0].tags.set(["Land"])
    posts[1].tags.set(["Sky", "Land", "Sea"])
    posts[2].delete()
    page = words(
        editor.get(reverse("admin:blog_postbatch_undo", args=[PostBatch.objects.get().pk]))
    )
    assert "Undo it on 1 post" in page
    assert "1 post was changed since and stays as it is." in page
    answer = say(undo(editor))
    assert "Undone: 1 post is as it was." in answer
    assert "1 post was changed since" in answer and "1 post is no longer there." in answer
    assert tags_of(*posts[:2]) == ["Land", "Sky, Land"]


@pytest.mark.parametrize(
    ("act", "fields", "since"),
    [
        ("close_comments", {}, {"comments_open": True}),
        ("to_trash", {}, {"status": "draft"}),
        ("to_trash", {}, {"trashed_at": timezone.now() + timedelta(hours=1)}),
    ],
)
def test_what_somebody_decided_since_is_not_overruled(editor, act, fields, since):
    post = make_post()
    change(editor, act, [post], **fields)
    Post.objects.filter(pk=post.pk).update(**since)
    before = everything()
    assert "Undone: 0 posts" in say(undo(editor))
    assert everything() == before


def test_a_label_chosen_since_stays(editor):
    first, second = labelled("Land"), labelled("Land")
    change(editor, "set_label", [first, second], tag="Sea")
    Post.objects.get(pk=first.pk).choose_lead_tag(["Land"], "Land")
    first.refresh_from_db()
    first.lead_tag = Tag.objects.get(name="Land")
    first.save()
    assert "1 post was changed since" in say(undo(editor))
    assert labels_of(first, second) == ["Land", "Land"]
    assert tags_of(first, second) == ["Land, Sea", "Land"]


def test_a_tag_that_was_deleted_since_is_not_put_back(editor):
    post = labelled("Land", "Sea")
    change(editor, "take_tag", [post], tag="Sea")
    Tag.objects.get(name="Sea").remove()
    assert "1 post was changed since" in say(undo(editor))
    assert tags_of(post) == ["Land"]


def test_an_author_who_is_gone_since_is_not_put_back(editor):
    ana, bo = make_user(Role.AUTHOR), make_user(Role.AUTHOR)
    post = make_post(author=ana)
    change(editor, "set_author", [post], author=bo.pk)
    ana.delete()
    assert "1 post was changed since" in say(undo(editor))


def test_other_changes_since_do_not_stop_the_undo(editor):
    post = labelled("Land")
    change(editor, "close_comments", [post])
    row = Post.objects.get(pk=post.pk)
    row.title = "Another title"
    row.save()
    assert "Undone: 1 post is as it was." in say(undo(editor))
    post.refresh_from_db()
    assert (post.title, post.comments_open) == ("Another title", True)


# Pressed twice.


def test_a_page_sent_twice_does_it_once(editor):
    posts = [make_post(), make_post()]
    page = typed(editor, "close_comments", posts)
    first, second = press(editor, page), press(editor, page)
    assert "Comments are closed on 2 posts." in say(first)
    assert "The form was sent twice; it was applied once." in say(second)
    assert PostBatch.objects.count() == 1 and Revision.objects.count() == 2


def test_an_undo_pressed_twice_is_done_once(editor):
    post = make_post()
    change(editor, "close_comments", [post])
    undo(editor)
    row = Post.objects.get(pk=post.pk)
    row.comments_open = False
    row.save()
    assert told(undo(editor)) == ["This was undone already."]
    assert not Post.objects.get(pk=post.pk).comments_open


def test_the_key_of_somebody_else_changes_nothing(editor):
    page = typed(editor, "close_comments", [make_post()])
    press(editor, page)
    other, post = signed_in(make_user(Role.EDITOR)), make_post()
    answer = other.post(MANY, hidden(page) | {"posts": post.pk}, follow=True)
    assert told(answer) == ["That was not understood. Nothing was changed."]
    assert Post.objects.get(pk=post.pk).comments_open


def test_a_post_that_was_changed_after_the_page_was_made_is_asked_again(editor):
    posts = [make_post(), make_post()]
    page = typed(editor, "close_comments", posts)
    Post.objects.filter(pk=posts[0].pk).update(comments_open=False)
    answer = say(press(editor, page))
    assert "Comments are closed on 1 post." in answer
    assert "Comments on 1 post are closed already." in answer
    assert PostBatch.objects.get().posts == [posts[1].pk]


def test_where_nothing_is_left_to_change_no_batch_is_kept(editor):
    post = make_post()
    page = typed(editor, "close_comments", [post])
    Post.objects.update(comments_open=False)
    assert told(press(editor, page))[0] == "Nothing was changed."
    assert not PostBatch.objects.exists()


# Many transactions.


def test_what_was_interrupted_is_finished_by_the_same_page_sent_again(editor, monkeypatch):
    monkeypatch.setattr("blog.models.post_batch.CHUNK", 2)
    posts = [make_post() for _n in range(5)]
    page, record = typed(editor, "close_comments", posts), Revision.record

    def fail(post, **about):
        if post.pk == posts[3].pk:
            raise RuntimeError
        return record(post, **about)

    with monkeypatch.context() as broken:
        broken.setattr(Revision, "record", fail)
        with pytest.raises(RuntimeError):
            press(editor, page)
    assert set(Post.objects.filter(comments_open=False)) == set(posts[:2])
    assert PostBatch.objects.get().posts == [post.pk for post in posts[:2]]
    assert say(press(editor, page)).startswith("Comments are closed on 5 posts. Undo…")
    assert Revision.objects.count() == 5

    with monkeypatch.context() as broken:
        broken.setattr(Revision, "record", fail)
        with pytest.raises(RuntimeError):
            undo(editor)
    assert PostBatch.objects.get().undone_at is None
    assert say(undo(editor)) == "Undone: 5 posts are as they were."
    assert not Post.objects.filter(comments_open=False).exists()


def test_a_page_sent_again_after_the_undo_began_changes_nothing(editor):
    post = make_post()
    page = typed(editor, "close_comments", [post])
    press(editor, page)
    undo(editor)
    press(editor, page)
    assert Post.objects.get(pk=post.pk).comments_open


@pytest.mark.parametrize("act", ["close_comments", "to_trash", "add_tag"])
def test_each_post_asks_the_database_a_fixed_number_of_times(editor, act):
    def queries(count: int) -> int:
        page = typed(editor, act, [make_post() for _n in range(count)], tag="Sea")
        with CaptureQueriesContext(connection) as asked:
            editor.post(MANY, hidden(page))
        return len(asked)

    queries(1)
    few, many = queries(2), queries(12)
    assert (many - few) / 10 <= 14
