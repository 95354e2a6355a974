"""The page that changes many posts at once: how posts are chosen, who may, and bad input."""

import uuid
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import Post, PostBatch, Revision, Role
from blog.models.post_batch import Act
from tests.factories import make_post, make_user
from tests.many_posts import (
    LIST,
    MANY,
    change,
    choose,
    hidden,
    labelled,
    press,
    say,
    tags_of,
    told,
    typed,
    undo,
)
from tests.pages import html, words
from tests.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return signed_in(make_user(Role.EDITOR, display_name="Edith"))


# From the list to the page that asks.


def test_ticked_posts_lead_to_a_page_that_says_their_number_first(editor):
    posts = [make_post() for _n in range(3)]
    make_post(title="Not ticked")
    page = choose(editor, "close_comments", posts)
    assert "You chose 3 posts." in words(page) and "Not ticked" not in html(page)
    assert "Close comments on 3 posts" in words(page)
    assert not PostBatch.objects.exists()


def test_all_that_were_found_are_chosen_with_the_search_and_the_filters(editor):
    found = [make_post(title="Trams") for _n in range(3)]
    make_post(title="Trams", status="draft"), make_post(title="Buses")
    page = choose(editor, "close_comments", which="all", query="q=trams&status=published")
    assert "Close comments on 3 posts" in words(page)
    answer = press(editor, page)
    assert answer.request["QUERY_STRING"] == "q=trams&status=published"
    assert set(Post.objects.filter(comments_open=False)) == set(found)


def test_all_pages_of_a_long_list_are_chosen(editor, monkeypatch):
    monkeypatch.setattr("blog.admin.posts.PostAdmin.list_per_page", 2)
    for _n in range(5):
        make_post()
    page = choose(editor, "close_comments", which="all")
    assert "Close comments on 5 posts" in words(page)


def test_nothing_ticked_stays_on_the_list_and_says_so(editor):
    make_post()
    page = choose(editor, "close_comments", query="status=published")
    assert page.request["QUERY_STRING"] == "status=published"
    assert told(page) == ["Tick posts, or choose all that were found."]


def test_without_a_choice_of_what_to_do_the_next_page_asks(editor):
    post = make_post()
    page = choose(editor, "", [post])
    assert page.status_code == 200 and "You chose 1 post." in words(page)
    assert 'class="errorlist"' not in html(page)
    assert words(page).count("Set the author") == 1


@pytest.mark.parametrize("act", ["set_label", "add_tag", "take_tag", "set_author"])
def test_what_needs_a_tag_or_an_author_asks_for_it_first(editor, act):
    page = choose(editor, act, [make_post()])
    assert page.status_code == 200 and hidden(page) == {}
    assert 'class="errorlist"' not in html(page)


def test_a_filter_that_is_wrong_chooses_no_post(editor):
    make_post()
    page = choose(editor, "to_trash", which="all", query="label=No+such+tag")
    assert told(page) == ["Tick posts, or choose all that were found."]


def test_ten_thousand_posts_are_too_many_and_the_page_says_how_many_may_be(editor):
    ids = {"_selected_action": list(range(1, 10_001))}
    assert "500 posts at most" in say(choose(editor, "to_trash", **ids))
    pks = ",".join(map(str, range(1, 502)))
    for ask in (editor.get, editor.post):
        answer = ask(MANY, {"act": "to_trash", "posts": pks}, follow=True)
        assert "500 posts at most" in say(answer) and "501" in say(answer)


def test_a_list_of_more_than_500_does_not_offer_all_of_it(editor, monkeypatch):
    make_post(), make_post()
    assert "all 2 posts found" in words(editor.get(LIST))
    monkeypatch.setattr("blog.admin.post_list.MOST", 1)
    assert "all 2 posts found" not in words(editor.get(LIST))


# Rights.


def test_an_author_changes_own_posts_only_and_learns_nothing_of_others():
    ana = make_user(Role.AUTHOR)
    mine, theirs = make_post(author=ana), make_post(title="Secret plans")
    client = signed_in(ana)
    page = typed(client, "close_comments", [mine, theirs])
    assert "Close comments on 1 post" in words(page)
    assert "1 post is no longer there." in words(page) and "Secret plans" not in html(page)
    press(client, page)
    assert list(Post.objects.filter(comments_open=False)) == [mine]


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR])
def test_only_who_edits_all_posts_sets_authors(role):
    person = make_user(role)
    client, post = signed_in(person), make_post(author=person, status="draft")
    assert "Set the author" not in words(client.get(LIST))
    fields = {"act": "set_author", "posts": post.pk, "author": make_user(Role.AUTHOR).pk}
    answer = client.post(MANY, fields | {"key": uuid.uuid4()})
    assert answer.status_code == 422
    assert Post.objects.get(pk=post.pk).author == person


def test_a_contributor_changes_drafts_and_no_live_post():
    person = make_user(Role.CONTRIBUTOR)
    draft, live = (make_post(author=person, status=status) for status in ("draft", "published"))
    client = signed_in(person)
    page = typed(client, "to_trash", [draft, live])
    assert "1 post stays as it is: your account may not do this with it." in words(page)
    press(client, page)
    assert set(Post.objects.values_list("status", flat=True)) == {"trash", "published"}


def test_a_co_author_tags_a_post_and_does_not_trash_it():
    person = make_user(Role.AUTHOR)
    post = make_post()
    post.bylines.create(user=person)
    client = signed_in(person)
    assert "There is nothing to change." in words(typed(client, "to_trash", [post]))
    change(client, "add_tag", [post], tag="Sea")
    assert tags_of(post) == ["Sea"]


def test_rights_are_asked_again_at_the_press_and_at_the_undo():
    person, post = make_user(Role.AUTHOR), make_post()
    post.bylines.create(user=person)
    client = signed_in(person)
    page = typed(client, "close_comments", [post])
    post.bylines.all().delete()
    assert "1 post is no longer there." in say(press(client, page))
    post.bylines.create(user=person)
    change(client, "close_comments", [post])
    post.bylines.all().delete()
    assert "your account may not do this with it" in say(undo(client))
    assert not Post.objects.get(pk=post.pk).comments_open


def test_editors_see_and_undo_the_changes_of_all_and_authors_their_own(editor):
    ana = make_user(Role.AUTHOR, display_name="Ana")
    post, client = make_post(author=ana), signed_in(ana)
    change(client, "close_comments", [post])
    change(editor, "add_tag", [make_post()], tag="Sea")
    batches = reverse("admin:blog_postbatch_changelist")
    assert "Add a tag: Sea" not in words(client.get(batches))
    page = words(editor.get(batches))
    assert "Add a tag: Sea" in page and "Close comments" in page and "Ana" in page
    theirs = PostBatch.objects.get(act="add_tag")
    assert client.get(reverse("admin:blog_postbatch_undo", args=[theirs.pk])).status_code == 404
    assert undo(client, theirs).status_code == 404
    assert "Undone: 1 post" in say(undo(editor, PostBatch.objects.get(by=ana)))
    assert "Undone on" in words(editor.get(batches))


# Bad input.


@pytest.mark.parametrize(
    ("act", "fields", "error"),
    [
        ("add_tag", {"tag": ""}, "This field is required."),
        ("add_tag", {"tag": " , "}, "Write the name of one tag."),
        ("add_tag", {"tag": "Sea, Land"}, "Write the name of one tag."),
        ("add_tag", {"tag": "x" * 101}, "a tag may have 100"),
        ("add_tag", {"tag": "Sea\0"}, "Null characters are not allowed."),
        ("take_tag", {"tag": "No such tag"}, "There is no tag of this name."),
        ("set_author", {"author": ""}, "This field is required."),
        ("set_author", {"author": "nobody"}, "Select a valid choice."),
        ("set_author", {"author": "9" * 30}, "Select a valid choice."),
        ("set_author", {"author": "1000000"}, "Select a valid choice."),
        ("lose_everything", {}, "Select a valid choice."),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_bad_values_are_named_beside_their_field_and_keep_the_posts(
    editor, method, act, fields, error
):
    post = make_post()
    sent = {"act": act, "posts": post.pk, "key": uuid.uuid4(), "list": "q=trams"} | fields
    answer = getattr(editor, method)(MANY, sent)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and error in page
    assert f'name="posts" value="{post.pk}"' in page and 'value="q=trams"' in page
    assert not PostBatch.objects.exists()


def test_a_reader_is_not_offered_as_an_author(editor):
    reader = make_user()
    answer = typed(editor, "set_author", [make_post()], author=reader.pk)
    assert answer.status_code == 422


@pytest.mark.parametrize("posts", ["", "x", "1,,2", "٣", "9" * 30, "1;2", "-1", "\0"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_ids_that_are_none_lead_back_to_the_list(editor, posts, method):
    fields = {"act": "to_trash", "posts": posts, "key": uuid.uuid4(), "list": "q=x&e=1\n"}
    answer = getattr(editor, method)(MANY, fields, follow=True)
    assert answer.request["PATH_INFO"] == LIST
    assert told(answer) == ["No post was chosen. Nothing was changed."]


@pytest.mark.parametrize("key", ["", "x", "9" * 400])
def test_a_page_without_a_key_changes_nothing(editor, key):
    post = make_post()
    answer = editor.post(MANY, {"act": "to_trash", "posts": post.pk, "key": key}, follow=True)
    assert told(answer) == ["That was not understood. Nothing was changed."]
    assert Post.objects.get(pk=post.pk).status == "published"


def test_ids_of_no_post_are_counted(editor):
    post = make_post()
    page = editor.get(MANY, {"act": "close_comments", "posts": f"{post.pk},{'9' * 18}"})
    assert "1 post is no longer there." in words(page)


# Texts that others have not saved.


def test_the_page_names_who_has_unsaved_text_in_these_posts(editor):
    posts, ana = [make_post(), make_post()], make_user(Role.AUTHOR, display_name="Ana")
    for kind, person in (("working copy", ana), ("aside", make_user(Role.AUTHOR))):
        Revision.objects.create(post=posts[0], editor=person, kind=kind, fields={})
    page = words(typed(editor, "close_comments", posts))
    assert "Unsaved text of Ana waits in 1 of them." in page
    assert "Unsaved text" not in words(typed(editor, "close_comments", posts[1:]))


# Queries.


@pytest.mark.parametrize("act", Act.values)
def test_the_page_that_asks_asks_the_database_as_often_for_many(editor, act):
    person = make_user(Role.AUTHOR)
    fields = {"tag": "Sea"} if "tag" in act or "label" in act else {}
    fields |= {"author": person.pk} if act == "set_author" else {}

    def queries(posts) -> int:
        typed(editor, act, posts, **fields)
        with CaptureQueriesContext(connection) as asked:
            assert typed(editor, act, posts, **fields).status_code == 200
        return len(asked)

    few = [labelled(name, "Air") for name in ("Sea", "Land")]
    many = [labelled("Land", f"Tag {n}") for n in range(30)]
    assert queries(few + many) <= queries(few) <= 14


def test_the_list_of_changes_asks_as_often_with_many(editor):
    batches = reverse("admin:blog_postbatch_changelist")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            editor.get(batches)
        return len(asked)

    change(editor, "close_comments", [make_post()])
    queries()
    few = queries()
    for _n in range(10):
        PostBatch.objects.create(key=uuid.uuid4(), by=make_user(Role.EDITOR), act="restore")
    assert queries() == few
