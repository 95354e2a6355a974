"""Looked at again and kept: the answer to a late verdict, and to a reader's report."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, Decision, Report
from comments.queue.decision_sentences import decision_sentence
from comments.queue.page import in_tab
from comments.worker.sweep import sweep
from tests.factories import make_comment, make_post, moderator, run_tasks, submit_comment
from tests.pages import html, words

pytestmark = pytest.mark.django_db

AGAIN = ("second-look", "reported")


def reported(words="Rude."):
    comment = make_comment(status="approved")
    Report.submit(comment, words, "198.51.100.0/24")
    return Comment.objects.get(pk=comment.pk)


def late_spam(**fields):
    now = timezone.now()
    made = make_comment(status="approved", screened="spam", screened_at=now, believed="spam")
    assert made.status_at < now
    return made


def tabs(comment) -> list[str]:
    return [tab for tab in AGAIN if in_tab(tab, None).filter(pk=comment.pk).exists()]


def keep(client, *comments, **fields):
    rows = [f"{comment.public_id}.{comment.version}" for comment in comments]
    return client.post("/moderation/decide/", {"verb": "approve", "row": rows, **fields})


@pytest.mark.parametrize(("make", "tab"), [(late_spam, "second-look"), (reported, "reported")])
def test_it_waits_in_its_tab_with_a_button_keep(mo, make, tab):
    make()
    page = html(mo.get("/moderation/", {"tab": tab}))
    assert '<button type="submit" class="verb-approve" name="verb" value="approve"' in page
    assert ">Keep<" in page


@pytest.mark.parametrize("make", [late_spam, reported])
def test_kept_it_leaves_the_tab_and_stays_public(mo, make):
    comment = make()
    assert keep(mo, comment).status_code == 303
    row = Comment.objects.get(pk=comment.pk)
    assert (row.status, tabs(row)) == ("approved", [])
    assert row.version != comment.version
    last = row.decisions.last()
    assert (last.reason, last.old_status, last.new_status) == ("keep", "approved", "approved")
    assert "1 comment kept." in words(mo.get("/moderation/"))


def test_what_asks_nothing_is_not_approved_again(mo):
    comment = make_comment(status="approved")
    assert keep(mo, comment).status_code == 409


@pytest.mark.parametrize("make", [late_spam, reported])
def test_a_keep_taken_back_asks_again(make):
    comment = make()
    before = tabs(comment)
    batch = comment.approve(by=moderator()).batch
    Comment.undo(batch, by=moderator())
    assert tabs(comment) == before
    assert "took back that it was kept" in decision_sentence(comment.decisions.last())


@pytest.mark.parametrize("verb", ["hold", "mark_spam", "trash"])
def test_what_was_taken_down_by_mistake_and_put_back_asks_again(verb):
    comment = reported()
    batch = getattr(comment, verb)(by=moderator()).batch
    assert tabs(comment) == []
    Comment.undo(batch, by=moderator())
    assert tabs(comment) == ["reported"]


def test_kept_taken_back_and_that_taken_back_is_kept():
    comment = reported()
    first = comment.approve(by=moderator()).batch
    second = Comment.undo(first, by=moderator()).batch
    third = Comment.undo(second, by=moderator()).batch
    assert tabs(comment) == []
    Comment.undo(third, by=moderator())
    assert tabs(comment) == ["reported"]


def test_reported_again_after_a_keep_it_comes_back(mo):
    comment = reported("First.")
    comment.approve(by=moderator())
    Report.submit(comment, "Second.", "203.0.113.0/24")
    said = words(mo.get("/moderation/", {"tab": "reported"}))
    assert "reported by a reader: “Second.”" in said
    assert "First." not in said


def test_keeping_a_late_spam_tells_akismet_ham_a_minute_later(akismet):
    comment = approved_then_called_spam(akismet)
    comment.approve(by=moderator())
    a_minute_later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-ham"]
    a_minute_later()
    assert len(reports(akismet)) == 1


def test_taken_back_within_the_minute_akismet_is_told_nothing(akismet):
    comment = approved_then_called_spam(akismet)
    batch = comment.approve(by=moderator()).batch
    Comment.undo(batch, by=moderator())
    a_minute_later()
    assert reports(akismet) == []


def test_keeping_what_akismet_called_ham_tells_it_nothing(akismet):
    comment = submit_comment(make_post())
    run_tasks()
    Comment.objects.get(pk=comment.pk).approve(by=moderator())
    Report.submit(comment, "", "198.51.100.0/24")
    Comment.objects.get(pk=comment.pk).approve(by=moderator())
    a_minute_later()
    assert reports(akismet) == []


def approved_then_called_spam(akismet):
    comment = submit_comment(make_post())
    comment.approve(by=moderator())
    akismet.verdict = "true"
    run_tasks()
    comment.refresh_from_db()
    assert tabs(comment) == ["second-look"]
    return comment


def a_minute_later():
    ago = timedelta(seconds=61)
    for comment in Comment.objects.all():
        earlier = {name: getattr(comment, name) - ago for name in ("status_at", "screened_at")}
        Comment.objects.filter(pk=comment.pk).update(**earlier)
    for decision in Decision.objects.all():
        Decision.objects.filter(pk=decision.pk).update(created_at=decision.created_at - ago)
    sweep()
    run_tasks()


def reports(akismet):
    return [call for call in akismet.calls if "submit" in call.path]


# The clock is set back by an hour


def jump(comment, column: str) -> None:
    """As if that had happened while the clock was an hour ahead."""
    row = Comment.objects.filter(pk=comment.pk)
    row.update(**{column: getattr(row.get(), column) + timedelta(hours=1)})


def test_what_is_reported_after_the_clock_was_set_back_waits_in_its_tab(mo):
    comment = make_comment(status="approved")
    jump(comment, "status_at")
    Report.submit(comment, "Rude.", "198.51.100.0/24")
    assert tabs(comment) == ["reported"]
    assert "reported by a reader: “Rude.”" in words(mo.get("/moderation/", {"tab": "reported"}))


def test_spam_that_comes_after_the_clock_was_set_back_asks_for_a_second_look(akismet):
    comment = submit_comment(make_post())
    comment.approve(by=moderator())
    jump(comment, "status_at")
    akismet.verdict = "true"
    run_tasks()
    assert tabs(comment) == ["second-look"]
    assert Comment.objects.get(pk=comment.pk).has_late_spam


@pytest.mark.parametrize(
    ("make", "column"), [(late_spam, "screened_at"), (reported, "reported_at")]
)
def test_kept_after_the_clock_was_set_back_it_asks_no_more(mo, make, column):
    comment = make()
    jump(comment, column)
    assert keep(mo, comment).status_code == 303
    assert tabs(comment) == []
