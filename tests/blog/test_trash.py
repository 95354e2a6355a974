"""Posts in the trash: the day on which they go for ever, and the button for at once."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.models import OldPath, Post, PostTag, Revision, Role
from comments.models import Batch, Comment, Evidence, Heartbeat, Tally
from comments.privacy import delete_post
from comments.worker import sweep
from tests.desk import Desk, errors
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import words
from tests.tabs import Tab

pytestmark = pytest.mark.django_db


def trashed(days: float = 0, **fields) -> Post:
    at = timezone.now() - timedelta(days=days)
    return make_post(status="trash", trashed_at=at, status_before_trash="draft", **fields)


def discuss(post, depth: int = 3, **fields) -> list[Comment]:
    """A thread of as many comments, one below the other."""
    made = [make_comment(post, **fields)]
    while len(made) < depth:
        made.append(make_comment(post, parent=made[-1], **fields))
    return made


def keep(comment) -> None:
    Evidence.keep(comment, "A threat.", by=moderator())


def of(post) -> str:
    return reverse("delete-post", args=[post.pk])


def delete(desk, post, **fields):
    version = Post.objects.get(pk=post.pk).version
    return desk.client.post(of(post), {"_version": version} | fields, follow=True)


@pytest.fixture
def editor(db):
    return Desk(Role.EDITOR)


# By age.


def test_the_list_says_the_day(editor):
    post = trashed(days=10)
    day = timezone.localtime(timezone.now() + timedelta(days=20))
    said = f"Trash (will be deleted on {day.day} {day:%B})"
    assert said in words(editor.client.get(reverse("admin:blog_post_changelist")))
    assert said in words(editor.page(post))


def test_after_30_days_it_goes_and_not_before():
    before, after = trashed(days=29.9), trashed(days=30.1)
    delete_post.empty_trash()
    assert list(Post.objects.all()) == [before]
    assert not Post.objects.filter(pk=after.pk).exists()


def test_the_sweep_empties_it(known_quota):
    trashed(days=31)
    sweep._rests_until.clear()
    sweep.sweep()
    assert not Post.objects.exists()


@pytest.mark.parametrize("status", ["draft", "review", "published", "private"])
def test_what_is_not_in_the_trash_stays_however_old(status):
    make_post(status=status, trashed_at=timezone.now() - timedelta(days=400))
    delete_post.empty_trash()
    assert Post.objects.exists()


def test_nothing_goes_while_the_clock_is_not_trusted():
    trashed(days=31)
    row = Heartbeat.locked(Heartbeat.WORKER)
    row.facts = {"left": "2026-01-01"}
    row.save()
    delete_post.empty_trash()
    assert Post.objects.exists()


def test_all_that_belongs_to_it_goes_with_it():
    post = trashed(days=31, tags=["Tram"])
    OldPath.objects.create(path="/2020/01/before/", post=post)
    Revision.record(post, by=post.author, kind=Revision.Kind.SAVE)
    comment = make_comment(post)
    comment.approve(by=moderator())
    delete_post.empty_trash()
    for kind in (Post, OldPath, Revision, PostTag, Comment, Batch):
        assert not kind.objects.exists(), kind
    assert Client().get("/2020/01/before/").status_code == 404


def test_its_comments_are_counted_before_they_go():
    discuss(trashed(days=31), depth=3, status="approved")
    delete_post.empty_trash()
    assert [row.comments for row in Tally.objects.all()] == [3]


def test_comments_go_in_batches(monkeypatch):
    monkeypatch.setattr(delete_post.purge, "BATCH", 2)
    monkeypatch.setattr(delete_post, "MOST_BATCHES", 2)
    post = trashed(days=31)
    for _number in range(5):
        make_comment(post)
    delete_post.empty_trash()
    assert Comment.objects.count() == 1
    delete_post.empty_trash()
    assert not Post.objects.exists()


def test_evidence_stops_it_until_it_is_released():
    post = trashed(days=31)
    kept = discuss(post)[1]
    keep(kept)
    delete_post.empty_trash()
    assert Comment.objects.count() == 3
    post.refresh_from_db()
    assert post.status_words == "Trash"
    Evidence.release(kept, by=moderator())
    delete_post.empty_trash()
    assert not Post.objects.exists()


# At once.


def test_an_editor_is_asked_first_and_told_how_many_comments_go(editor):
    post = trashed()
    discuss(post, depth=3)
    assert of(post) in editor.page(post).content.decode()
    page = editor.client.get(of(post))
    assert "This deletes the post and its 3 comments for ever." in words(page)
    assert Post.objects.exists()
    assert "is deleted for ever" in words(delete(editor, post))
    assert not Post.objects.exists() and not Comment.objects.exists()


@pytest.mark.parametrize(
    ("comments", "sentence"),
    [
        (0, "This deletes the post for ever."),
        (1, "This deletes the post and its 1 comment for ever."),
    ],
)
def test_the_question_counts_none_and_one(editor, comments, sentence):
    post = trashed()
    for _number in range(comments):
        make_comment(post)
    assert sentence in words(editor.client.get(of(post)))


def test_the_log_keeps_who_deleted_what(editor):
    post = trashed(title="The tram")
    make_comment(post)
    delete(editor, post)
    entry = LogEntry.objects.get(action_flag=DELETION)
    assert (entry.user, entry.object_repr) == (editor.user, "The tram")
    assert entry.change_message == "Deleted for ever with 1 comment."


def test_evidence_stops_an_editor_too_and_the_page_leads_to_it(editor):
    post = trashed()
    comment = make_comment(post)
    keep(comment)
    page = editor.client.get(of(post))
    assert "kept as evidence" in words(page)
    assert reverse("history", args=[comment.public_id]) in page.content.decode()
    assert "kept as evidence" in words(delete(editor, post))
    assert Post.objects.exists() and not LogEntry.objects.exists()


def test_a_post_that_a_colleague_took_out_meanwhile_stays(editor):
    post = trashed()
    version = post.version
    Desk(Role.EDITOR).type("_restore", post, author=post.author.pk)
    assert "not in the trash" in words(delete(editor, post, _version=version))
    Desk(Role.EDITOR).type("_trash", post, author=post.author.pk)
    assert "somebody changed the post" in words(delete(editor, post, _version=version))
    assert Post.objects.exists()


def test_the_button_pressed_twice_says_that_it_is_gone(editor):
    post = trashed()
    delete(editor, post)
    answer = editor.client.post(of(post), {"_version": post.version}, follow=True)
    assert "not there any more" in words(answer)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR])
def test_nobody_else_deletes_not_even_what_is_their_own(role):
    desk = Desk(role)
    post = trashed(author=desk.user)
    assert of(post) not in desk.page(post).content.decode()
    for answer in (desk.client.get(of(post)), desk.client.post(of(post), {"_version": "1"})):
        assert answer.status_code == 403
    assert Post.objects.exists()


def test_people_without_an_account_are_sent_to_the_login():
    post = trashed(author=make_user(Role.AUTHOR))
    assert "/login/" in Client().post(of(post)).headers["Location"]
    assert Post.objects.exists()


def test_an_untitled_draft_can_be_moved_to_the_trash_and_taken_out():
    tab = Tab(Desk(Role.EDITOR), title="")
    tab.autosave()
    assert tab.press("_trash").status_code == 302
    assert tab.post.status == "trash"
    assert Tab(tab.desk, tab.post, title="").press("_restore").status_code == 302
    assert tab.post.status == "draft"


def test_what_was_public_is_not_taken_out_without_a_title():
    desk = Desk(Role.EDITOR)
    post = desk.typed()
    assert desk.type("_trash", post, title="").status_code == 302
    assert list(errors(desk.type("_restore", post, title=""))) == ["title"]
