"""Empty spam and Empty trash: what lay there when the page was made, for ever, and nothing else."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from blog.models import Role
from comments import dates, tasks
from comments.models import Comment, Decision, Evidence, Tally
from comments.privacy import empty, purge
from tests.factories import make_comment, make_post, make_user, moderator, run_tasks
from tests.pages import hidden_fields, hrefs, html, words

pytestmark = pytest.mark.django_db
EMPTY = "/moderation/empty/"


def lying(status="spam", post=None, minutes=10, **fields):
    """As it came in so long ago."""
    then = timezone.now() - timedelta(minutes=minutes)
    made = make_comment(post, status=status, submitted_at=then, **fields)
    Comment.objects.filter(pk=made.pk).update(status_at=then)
    return made


def press(client, tab="spam", **fields):
    fields.setdefault("before", dates.stamp(timezone.now()))
    return client.post(EMPTY, {"tab": tab, **fields})


def exists(comment) -> bool:
    return Comment.objects.filter(pk=comment.pk).exists()


@pytest.mark.parametrize(
    ("tab", "question"),
    [
        ("spam", r"Delete 2 comments that were spam at \d\d:\d\d"),
        ("trash", r"Delete 2 comments that were in the trash at \d\d:\d\d"),
    ],
)
def test_the_page_says_what_goes_and_only_its_button_does_it(mo, tab, question):
    made = [lying(tab) for _n in range(2)]
    (href,) = [h for h in hrefs(mo.get(f"/moderation/?tab={tab}")) if h.startswith(EMPTY)]
    page = mo.get(href)
    assert re.search(question, words(page))
    assert "They are deleted for ever, at once. Nobody can take that back" in words(page)
    assert all(map(exists, made))
    response = mo.post(EMPTY, hidden_fields(page))
    assert (response.status_code, response["Location"]) == (303, f"/moderation/?tab={tab}")
    assert not any(map(exists, made))
    page = mo.get(f"/moderation/?tab={tab}")
    assert "2 comments deleted for ever." in words(page)
    assert 'action="/moderation/undo/"' not in html(page)


def test_who_emptied_it_stays_in_the_log_of_the_admin(mo):
    lying()
    press(mo)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr) == (moderator(), "Spam")
    assert entry.is_deletion() and entry.change_message == "1 comment deleted for ever."
    assert "Spam" in words(mo.get("/admin/"))


def test_what_came_after_the_page_stays(mo):
    old, before = lying(), dates.stamp(timezone.now())
    new = make_comment(status="spam", status_at=timezone.now())
    moved = lying("pending")
    Comment.objects.get(pk=moved.pk).mark_spam(by=moderator())
    press(mo, before=before)
    assert [exists(old), exists(new), exists(moved)] == [False, True, True]


def test_what_was_restored_since_stays(mo):
    restored, gone, before = lying(), lying(), dates.stamp(timezone.now())
    Comment.objects.get(pk=restored.pk).restore(by=moderator())
    press(mo, before=before)
    assert [exists(restored), exists(gone)] == [True, False]


@pytest.mark.parametrize("status", ["pending", "approved", "trash"])
def test_the_other_tabs_stay(mo, status):
    comment = lying(status)
    press(mo)
    assert exists(comment)


def test_evidence_stays_and_is_not_counted(mo):
    kept = lying()
    Evidence.keep(kept, "A threat.", by=moderator())
    assert "There is nothing to delete." in words(mo.get(EMPTY))
    press(mo)
    assert exists(kept)


def test_what_has_answers_leaves_its_place_in_the_thread(mo):
    parent = lying("trash", body="Take this away.")
    reply = make_comment(parent=parent, status="approved")
    press(mo, "trash")
    row = Comment.objects.get(pk=parent.pk)
    assert (row.body, row.author_email) == ("", "") and row.emptied_at
    assert exists(reply)
    said = words(mo.get("/moderation/?tab=trash"))
    assert "0 comments deleted for ever. 1 has replies: its empty place in the thread stays" in said


def test_a_thread_of_spam_goes_whole(mo):
    root = lying()
    reply = lying(parent=root)
    lying(parent=reply)
    press(mo)
    assert not Comment.objects.exists()


def test_it_is_added_up_as_the_sweep_adds_it_up(mo):
    made = lying(screened="spam")
    lying(screened="ham")
    press(mo)
    row = Tally.objects.get(day=timezone.localdate(made.submitted_at))
    assert (row.comments, row.caught) == (2, 1)
    assert not Decision.objects.exists()


def test_more_than_go_at_once_are_left_to_the_worker(mo, monkeypatch):
    monkeypatch.setattr(empty, "MOST", 4)
    monkeypatch.setattr(purge, "BATCH", 2)
    post = make_post()
    for _n in range(11):
        lying(post=post)
    page = words(mo.get(EMPTY))
    assert "the background program deletes the rest" in page
    press(mo)
    after = make_comment(post, status="spam", status_at=timezone.now())
    assert Comment.objects.count() == 8
    said = words(mo.get("/moderation/?tab=spam"))
    assert (
        "4 comments deleted for ever. The background program deletes the rest of what was there at"
        in said
    )
    assert run_tasks() == 2  # the rest, and then remove_traces
    assert list(Comment.objects.all()) == [after]


def test_the_worker_asks_for_its_turn_again_and_ends(monkeypatch):
    monkeypatch.setattr(empty, "MOST", 1)
    monkeypatch.setattr(empty, "ROUNDS", 1)
    monkeypatch.setattr(purge, "BATCH", 1)
    post = make_post()
    for _n in range(3):
        lying(post=post)
    tasks.empty.call("spam", timezone.now().isoformat())
    assert Comment.objects.count() == 2
    assert run_tasks() == 3  # the last is remove_traces
    assert not Comment.objects.exists()


BAD = [
    ({"tab": "pending"}, "Only Spam and Trash can be emptied."),
    ({"tab": "approved"}, "Only Spam and Trash can be emptied."),
    ({"tab": "\0"}, "Only Spam and Trash can be emptied."),
    ({"before": "noon"}, "The time of the page was not understood."),
    ({"before": "2026-01-01T00:00:00"}, "The time of the page was not understood."),
    ({"before": "0001-01-01T00:00:00Z"}, "The time of the page was not understood."),
    ({"before": "2999-01-01T00:00:00Z"}, "the server's clock was set back."),
]


@pytest.mark.parametrize(("fields", "said"), BAD)
def test_what_is_not_understood_deletes_nothing(mo, fields, said):
    made = [lying(status) for status in Comment.Status.values]
    for response in (press(mo, **fields), mo.get(EMPTY, fields)):
        assert response.status_code == 422
        assert said in words(response)
    assert all(map(exists, made))


def test_without_a_time_nothing_is_deleted(mo):
    made = lying()
    assert press(mo, before="").status_code == 422
    assert exists(made)


def test_a_second_press_deletes_nothing_more(mo):
    lying()
    before = dates.stamp(timezone.now())
    press(mo, before=before)
    later = make_comment(status="spam", status_at=timezone.now())
    press(mo, before=before)
    assert exists(later)
    assert "1 comment deleted for ever." in words(mo.get("/moderation/?tab=spam"))
    assert LogEntry.objects.count() == 1


def test_where_nothing_lay_that_is_said(mo):
    press(mo)
    said = words(mo.get("/moderation/?tab=spam"))
    assert "Nothing is left of what was there at " in said and "deleted" not in said
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR, Role.AUTHOR])
def test_who_decides_not_on_all_empties_nothing(client, role):
    made = lying()
    user = make_user(role)
    made.post.bylines.create(user=user)
    client.force_login(user)
    assert press(client).status_code == 403
    assert client.get(EMPTY).status_code == 403
    assert exists(made)
    if role is Role.AUTHOR:
        page = client.get("/moderation/?tab=spam")
        assert "Empty spam" not in words(page) and "Act on 1 comment" in words(page)
