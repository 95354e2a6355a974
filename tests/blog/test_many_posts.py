"""One act on many posts of the admin's list, and its undo."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.cache import versions
from blog.models import Post, PostBatch, Revision, Role, Tag, post_words
from blog.models.post_batch import Act
from blog.search import posts as search
from blog.search.query import parse
from tests.factories import make_post, make_user
from tests.pages import html, words
from tests.world import signed_in

pytestmark = pytest.mark.django_db

LIST, MANY = reverse("admin:blog_post_changelist"), reverse("admin:blog_post_many")


@pytest.fixture
def editor():
    return signed_in(make_user(Role.EDITOR, display_name="Edith"))


def choose(client, act: str, posts=(), *, query="", **fields):
    """On the list, as it is sent without a script."""
    sent = {"action": act, "which": "ticked", "_selected_action": [post.pk for post in posts]}
    return client.post(f"{LIST}?{query}", sent | {"index": "0"} | fields, follow=True)


def typed(client, act: str, posts, **fields):
    """The page that asks, with a tag or an author."""
    pks = ",".join(str(post.pk) for post in posts)
    return client.get(MANY, {"act": act, "posts": pks, **fields})


def hidden(page) -> dict:
    """The fields that the button of the page sends."""
    form = re.search(r'<form method="post" action="[^"]*many.*?</form>', html(page), re.DOTALL)
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', form[0]) if form else []
    return {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def press(client, page):
    return client.post(MANY, hidden(page), follow=True)


def change(client, act: str, posts, **fields):
    return press(client, typed(client, act, posts, **fields))


def undo(client, batch=None):
    batch = batch or PostBatch.objects.first()
    return client.post(reverse("admin:blog_postbatch_undo", args=[batch.pk]), follow=True)


def told(page) -> list[str]:
    return [" ".join(str(message).split()) for message in page.context["messages"]]


def say(page) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", sentence) for sentence in told(page))


def everything(*names: str) -> dict:
    """All that these changes touch, of every post."""
    return {
        post.pk: (
            list(post.tags.names()),
            post.lead_tag and post.lead_tag.name,
            post.author_id,
            post.comments_open,
            post.status,
            post.status_before_trash,
            post.trashed_at,
            post.path,
        )
        for post in Post.objects.all()
    }


def tags_of(*posts) -> list[str]:
    return [", ".join(Post.objects.get(pk=post.pk).tags.names()) for post in posts]


def labels_of(*posts) -> list[str]:
    return [str(Post.objects.get(pk=post.pk).lead_tag) for post in posts]


def labelled(*names: str, **fields) -> Post:
    post = make_post(tags=names, **fields)
    post.choose_lead_tag(list(names))
    return post


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
