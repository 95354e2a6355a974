"""A comment and Akismet: asked by a task, over real HTTP, and never believed for nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from blog.models import Role
from comments.check.probing import due_checks
from comments.models import Comment, Heartbeat, Policy
from comments.queue.card import Card, check_words
from comments.tasks import probe, screen
from comments.thread.notice import deletion_day
from comments.worker.sweep import sweep
from tests.factories import make_post, make_user, moderator, run_tasks, submit_comment

pytestmark = pytest.mark.django_db


def checks(akismet):
    return [call for call in akismet.calls if call.path == "/1.1/comment-check"]


def make_due(**fields):
    Comment.objects.filter(**fields).update(next_check_at=timezone.now())


def test_nothing_is_asked_before_the_task_runs(akismet):
    comment = submit_comment(make_post())
    assert akismet.calls == []
    assert comment.screened == "waiting"


def test_ham_is_recorded_and_still_waits_for_a_person(akismet):
    comment = submit_comment(make_post())
    run_tasks()
    comment.refresh_from_db()
    assert (comment.screened, comment.status, comment.believed) == ("ham", "pending", "ham")
    assert check_words(comment).startswith("The stand-in, not Akismet, said: not spam,")


def test_spam_is_set_aside_with_a_decision_of_the_machine(akismet):
    akismet.verdict = "true"
    comment = submit_comment(make_post())
    run_tasks()
    comment.refresh_from_db()
    decision = comment.decisions.last()
    assert (comment.status, decision.by, decision.reason) == ("spam", None, "akismet")


def test_what_is_sent_is_the_readers_own(akismet):
    post = make_post(tags=["Trams"])
    submit_comment(post, ip="198.51.100.9", user_agent="Lynx", name="Ana", body="One <b>two")
    run_tasks()
    sent = checks(akismet)[0]
    assert sent.fields["user_ip"] == "198.51.100.9"
    assert sent.fields["user_agent"] == "Lynx"
    assert sent.fields["permalink"] == post.url
    assert sent.fields["comment_content"] == "One <b>two"
    assert sent.values("comment_context[]") == ["Trams"]


def test_a_reply_says_so(akismet):
    parent = submit_comment(make_post(), body="First")
    submit_comment(parent.post, parent=parent, body="Second")
    run_tasks()
    assert [call.fields["comment_type"] for call in checks(akismet)] == ["comment", "reply"]


def test_without_a_key_nothing_is_asked_and_it_says_so(settings):
    comment = submit_comment(make_post())
    run_tasks()
    assert (comment.screened, comment.status) == ("skipped", "pending")
    assert check_words(comment) == "Not checked: no Akismet key"


def test_without_an_address_nothing_is_asked_and_it_says_so(akismet):
    comment = submit_comment(make_post(), ip=None)
    run_tasks()
    assert (akismet.calls, comment.submission) == ([], None)
    assert check_words(comment) == "Not checked: the reader's IP address is unknown"


@pytest.mark.parametrize(
    "step",
    [
        {"status": 500},
        {"status": 429, "headers": {"Retry-After": "600"}},
        {"body": "perhaps"},
        {"drop": True},
        {"body": "false", "headers": {"X-akismet-error": "suspended"}},
    ],
)
def test_no_verdict_means_held_and_asked_again(akismet, step):
    akismet.next(step)
    comment = submit_comment(make_post())
    run_tasks()
    comment.refresh_from_db()
    assert (comment.status, comment.screened) == ("pending", "unavailable")
    assert comment.next_check_at > timezone.now()
    assert check_words(comment).startswith("Not checked yet: Akismet")


def test_retry_after_is_obeyed(akismet):
    akismet.next({"status": 429, "headers": {"Retry-After": "7200"}})
    comment = submit_comment(make_post())
    run_tasks()
    comment.refresh_from_db()
    assert comment.next_check_at > timezone.now() + timedelta(minutes=119)


def test_a_refused_key_is_told_to_moderators_with_the_count(akismet, client):
    akismet.mode = "invalid"
    submit_comment(make_post())
    run_tasks()
    beat = Heartbeat.objects.get(name="akismet")
    assert beat.state == "refused"
    client.force_login(moderator())
    page = client.get("/moderation/").content.decode()
    assert "Akismet refused the key since" in page
    assert "1 comment waits unchecked; you can decide them." in page


def test_the_second_try_says_that_it_is_one(akismet):
    akismet.next({"status": 503})
    comment = submit_comment(make_post())
    run_tasks()
    probe(timezone.now() + timedelta(minutes=1))
    assert checks(akismet)[1].fields["recheck_reason"] == "retry"
    assert Comment.objects.get(pk=comment.pk).screened == "ham"


def test_two_workers_ask_once(akismet):
    comment = submit_comment(make_post())
    screen(comment, timezone.now())
    screen(comment, timezone.now())
    assert len(checks(akismet)) == 1


def test_a_killed_workers_check_is_taken_up_again(akismet):
    comment = submit_comment(make_post())
    Comment.objects.filter(pk=comment.pk).update(
        next_check_at=timezone.now() + timedelta(minutes=5)
    )
    screen(comment, timezone.now() + timedelta(minutes=6))
    assert Comment.objects.get(pk=comment.pk).screened == "ham"


def test_it_is_given_up_after_15_days_and_stays_pending(akismet):
    comment = submit_comment(make_post())
    old = timezone.now() - timedelta(days=15, minutes=1)
    Comment.objects.filter(pk=comment.pk).update(submitted_at=old)
    assert due_checks(timezone.now()) == []
    assert Comment.objects.get(pk=comment.pk).status == "pending"


def test_a_late_verdict_never_overrides_a_person(akismet):
    akismet.verdict = "true"
    comment = submit_comment(make_post())
    comment.approve(by=moderator())
    run_tasks()
    comment.refresh_from_db()
    assert (comment.status, comment.screened, comment.believed) == ("approved", "spam", "spam")


def test_approved_before_an_answer_it_is_recorded_that_there_was_none(akismet):
    comment = submit_comment(make_post())
    comment.approve(by=moderator())
    assert comment.screened == "unavailable"
    assert comment.decisions.last().reason == "unchecked"


def test_staff_publish_at_once_and_are_not_checked(akismet):
    editor = make_user(Role.EDITOR)
    comment = submit_comment(make_post(), user=editor)
    run_tasks()
    assert (comment.status, comment.decisions.get().by) == ("approved", editor)
    assert akismet.calls == []


def test_a_contributor_waits_like_everybody(akismet):
    comment = submit_comment(make_post(), user=make_user(Role.CONTRIBUTOR))
    run_tasks()
    assert comment.status == "pending"
    assert len(checks(akismet)) == 1


def test_provisional_ham_is_asked_about_again(akismet):
    akismet.next({"body": "false", "headers": {"X-akismet-recheck-after": "120"}})
    comment = submit_comment(make_post())
    run_tasks()
    make_due(pk=comment.pk)
    screen(comment, timezone.now())
    assert checks(akismet)[1].fields["recheck_reason"] == "recheck"


def test_the_key_is_in_no_row_and_on_no_page(akismet, client):
    akismet.mode = "invalid"
    comment = submit_comment(make_post())
    run_tasks()
    comment.refresh_from_db()
    client.force_login(moderator())
    assert akismet.key not in str(vars(comment))
    assert akismet.key not in client.get("/moderation/").content.decode()


def provisional(akismet, *, seconds=120, times=1):
    step = {"body": "false", "headers": {"X-akismet-recheck-after": str(seconds)}}
    akismet.next(*[step] * times)
    comment = submit_comment(make_post())
    run_tasks()
    comment.refresh_from_db()
    return comment


def test_provisional_ham_says_so_and_when_it_is_asked_again(akismet):
    comment = provisional(akismet)
    again = f"{timezone.localtime(comment.next_check_at):%H:%M}"
    (reason,) = Card(comment, None).reasons
    said = f"Akismet is still looking at its links; asked again at {again}"
    assert reason == ("provisional", said)
    assert round((comment.next_check_at - timezone.now()).total_seconds()) in (119, 120)


def test_provisional_ham_is_ordinary_after_twice_the_time(akismet):
    comment = provisional(akismet, times=5)
    for _n in range(4):
        moved = timedelta(seconds=121)
        row = Comment.objects.get()
        Comment.objects.update(
            next_check_at=row.next_check_at and row.next_check_at - moved,
            provisional_until=row.provisional_until and row.provisional_until - moved,
        )
        screen(comment, timezone.now())
    comment.refresh_from_db()
    assert len(checks(akismet)) == 3
    assert (comment.screened, comment.next_check_at) == ("ham", None)
    assert Card(comment, None).reasons == []


def test_provisional_ham_is_ordinary_after_that_though_akismet_went_away(akismet):
    comment = provisional(akismet)
    Comment.objects.update(
        provisional_until=timezone.now() - timedelta(seconds=1), next_check_at=timezone.now()
    )
    akismet.mode = "down"
    screen(comment, timezone.now())
    comment.refresh_from_db()
    assert (comment.is_provisional, comment.screened, comment.next_check_at) == (False, "ham", None)


def test_provisional_ham_that_turns_out_to_be_spam_is_set_aside(akismet):
    comment = provisional(akismet)
    make_due(pk=comment.pk)
    akismet.verdict = "true"
    screen(comment, timezone.now())
    comment.refresh_from_db()
    assert (comment.status, comment.screened) == ("spam", "spam")


def discarded(akismet):
    comment = submit_comment(make_post(), body="standin:discard now")
    run_tasks()
    comment.refresh_from_db()
    return comment


def test_what_is_called_blatant_is_kept_as_spam_for_three_days(akismet):
    comment = discarded(akismet)
    assert (comment.status, comment.discarded) == ("spam", True)
    assert "said: blatant spam," in check_words(comment)
    day = date_format(timezone.localtime(comment.status_at + timedelta(days=3)), "j F")
    assert deletion_day(comment, Policy()) == day
    for days, left in ((2.9, 1), (3.1, 0)):
        then = timezone.now() - timedelta(days=days)
        Comment.objects.update(status_at=then, submitted_at=then, screened_at=then)
        sweep()
        assert Comment.objects.count() == left


def test_what_lay_in_spam_before_it_was_called_blatant_has_its_three_days_too(akismet):
    comment = submit_comment(make_post(), body="standin:discard now", trap="https://pills.example")
    sent = timezone.now() - timedelta(days=10)
    Comment.objects.update(status_at=sent, submitted_at=sent)
    run_tasks()
    sweep()
    comment.refresh_from_db()
    assert (comment.status, comment.discarded) == ("spam", True)
    day = date_format(timezone.localtime(comment.screened_at + timedelta(days=3)), "j F")
    assert deletion_day(comment, Policy()) == day
    Comment.objects.update(screened_at=comment.screened_at - timedelta(days=3, minutes=1))
    sweep()
    assert not Comment.objects.exists()


def test_but_no_more_days_than_all_that_lies_in_spam(akismet):
    comment = submit_comment(make_post(), body="standin:discard now", trap="https://pills.example")
    Comment.objects.update(status_at=timezone.now() - timedelta(days=14))
    run_tasks()
    comment.refresh_from_db()
    day = date_format(timezone.localtime(comment.status_at + timedelta(days=15)), "j F")
    assert deletion_day(comment, Policy()) == day


def test_what_a_person_took_out_of_spam_is_not_blatant_any_more(akismet):
    comment = discarded(akismet)
    comment.restore(by=moderator())
    comment.mark_spam(by=moderator())
    comment.refresh_from_db()
    assert (comment.status, comment.discarded) == ("spam", False)


def test_what_a_person_decided_is_not_called_blatant(akismet):
    comment = submit_comment(make_post(), body="standin:discard now")
    comment.mark_spam(by=moderator())
    run_tasks()
    comment.refresh_from_db()
    assert (comment.screened, comment.discarded) == ("spam", False)


def test_a_check_after_an_edit_says_so(akismet):
    comment = submit_comment(make_post())
    run_tasks()
    now = timezone.now()
    Comment.objects.update(edited_at=now, screened="waiting", next_check_at=now)
    comment.refresh_from_db()
    screen(comment, timezone.now())
    assert checks(akismet)[1].fields["recheck_reason"] == "edit"
