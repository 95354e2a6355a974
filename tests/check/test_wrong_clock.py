"""A clock that was wrong once: nothing waits for its times, and nothing is deleted by them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.models import Role
from comments.check import failures
from comments.models import Comment, Decision, Heartbeat, Mail
from comments.rules import retention
from comments.tasks import screen
from comments.worker.sweep import RARE, once_in, sweep
from tests.factories import (
    know_quota,
    make_comment,
    make_post,
    make_user,
    moderator,
    run_tasks,
    submit_comment,
)
from tests.mailbox import queue
from tests.pages import words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AHEAD = [timedelta(minutes=90), timedelta(days=400)]


def set_clock(monkeypatch, **ahead):
    """As the whole site would read it."""
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(**ahead))


@pytest.fixture
def wrong(monkeypatch):
    """Runs with a clock that is ahead by so much, and sets it right again."""

    def run(act, ahead):
        with monkeypatch.context() as patch:
            set_clock(patch, seconds=ahead.total_seconds())
            return act()

    return run


def beat(**ago):
    """When the worker ran last; `left` of what it has to run is nothing."""
    Heartbeat.objects.update_or_create(
        name=Heartbeat.WORKER,
        defaults={"at": timezone.now() - timedelta(**ago), "since": timezone.now()},
    )


@pytest.mark.parametrize("ahead", AHEAD)
def test_an_outage_that_a_wrong_clock_wrote_ends_with_the_first_answer(akismet, wrong, ahead):
    know_quota()
    post = make_post()

    def fail():
        akismet.mode = "down"
        submit_comment(post)
        run_tasks()

    wrong(fail, ahead)
    akismet.mode = None
    submit_comment(post)
    sweep()
    run_tasks()
    assert Heartbeat.objects.get(name="akismet").state == "ok"
    assert set(Comment.objects.values_list("screened", flat=True)) == {"ham"}


@pytest.mark.parametrize("ahead", AHEAD)
def test_what_passed_by_a_wrong_clock_hides_no_outage(akismet, wrong, ahead):
    know_quota()
    post = make_post()
    wrong(lambda: (submit_comment(post), run_tasks()), ahead)
    akismet.mode = "down"
    submit_comment(post)
    run_tasks()
    assert Heartbeat.objects.get(name="akismet").state == "unreachable"


@pytest.mark.parametrize("ahead", AHEAD)
def test_calls_that_a_wrong_clock_counted_use_up_no_hour(akismet, wrong, ahead):
    know_quota()
    wrong(lambda: (submit_comment(make_post()), run_tasks()), ahead)
    row = Heartbeat.objects.get(name="akismet")
    assert row.facts["calls"] and row.calls_in_hour(timezone.now()) == 0


TIMES = [
    {"next_check_at": 2 * DAY},
    {"next_check_at": timedelta(hours=2), "asked_at": timedelta(hours=2)},
    {"next_check_at": timedelta(hours=2), "submitted_at": timedelta(hours=2)},
]


@pytest.mark.parametrize("times", TIMES)
def test_a_comment_does_not_wait_for_a_time_that_a_wrong_clock_wrote(akismet, times):
    know_quota()
    comment = submit_comment(make_post())
    now = timezone.now()
    Comment.objects.update(**{name: now + ahead for name, ahead in times.items()})
    sweep()
    run_tasks()
    comment.refresh_from_db()
    assert comment.screened == "ham"


def test_that_it_was_asked_about_by_a_wrong_clock_makes_no_outage_of_it(akismet):
    know_quota()
    comment = submit_comment(make_post())
    run_tasks()
    now = timezone.now()
    Comment.objects.update(screened="unavailable", next_check_at=now, asked_at=now + 9 * DAY)
    sweep()
    screen(submit_comment(comment.post), timezone.now())
    akismet.next({"body": "perhaps"})
    run_tasks()
    assert Heartbeat.objects.get(name="akismet").state == "ok"
    assert Comment.objects.get(pk=comment.pk).failures == 1


def test_a_pause_that_the_check_itself_set_is_kept(akismet):
    know_quota()
    comment = submit_comment(make_post())
    again = timezone.now() + timedelta(hours=6)
    Comment.objects.update(next_check_at=again, screened="unavailable", failures=5)
    sweep()
    comment.refresh_from_db()
    assert comment.next_check_at == again


@pytest.mark.parametrize("column", ["due_at", "claimed_at"])
def test_a_mail_does_not_wait_for_a_time_that_a_wrong_clock_wrote(mail_server, column):
    user = make_user(Role.MODERATOR)
    queue(Mail.Kind.ALERT, user.email, key="one", text="Hello", recipient=user)
    ahead = timezone.now() + 30 * DAY
    Mail.objects.update(**{"created_at": ahead, column: ahead})
    sweep()
    Mail.objects.filter(claimed_at__isnull=False).update(
        claimed_at=timezone.now() - timedelta(minutes=6)
    )
    sweep()
    run_tasks()
    assert Mail.objects.get().sent_at


def test_a_report_does_not_wait_for_a_claim_that_a_wrong_clock_wrote(akismet):
    make_comment(checks=1).mark_spam(by=moderator())
    then, ahead = timezone.now() - timedelta(minutes=2), timezone.now() + 30 * DAY
    Comment.objects.update(status_at=then)
    Decision.objects.exclude(feedback="").update(created_at=then, feedback_claimed_at=ahead)
    sweep()
    Decision.objects.exclude(feedback="").update(feedback_claimed_at=then - timedelta(minutes=4))
    sweep()
    run_tasks()
    assert "/1.1/submit-spam" in [call.path for call in akismet.calls]


def test_what_is_done_rarely_is_done_again_after_the_clock_was_set_back(monkeypatch):
    done, now = [], timezone.now()
    monkeypatch.setitem(RARE, "test", (DAY, None))
    once_in(DAY, "test", lambda: done.append(1), now + 400 * DAY)
    once_in(DAY, "test", lambda: done.append(2), now)
    once_in(DAY, "test", lambda: done.append(3), now)
    assert done == [1, 2]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("1" + "0" * 30, 4 * 3600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 4 * 3600),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1e9", None),
        ("²", None),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0),
    ],
)
def test_a_wait_is_a_few_hours_at_most(said, seconds):
    assert failures.seconds_in_header(said) == seconds


def test_a_retry_after_of_ages_silences_the_check_for_hours(akismet):
    akismet.next({"status": 429, "headers": {"Retry-After": "1" + "0" * 30}})
    submit_comment(make_post())
    run_tasks()
    row, now = Heartbeat.objects.get(name="akismet"), timezone.now()
    assert now + timedelta(hours=3) < row.next_at <= now + timedelta(hours=4)


@pytest.mark.parametrize("ahead", [timedelta(0), *AHEAD])
def test_ask_again_now_asks_whatever_is_remembered(akismet, client, wrong, ahead):
    client.force_login(make_user(Role.ADMINISTRATOR))
    know_quota()
    akismet.next({"status": 429, "headers": {"Retry-After": "14000"}})

    def fail_and_press():
        submit_comment(make_post())
        run_tasks()
        Heartbeat.locked(Heartbeat.ASKED)
        now = timezone.now() - (timedelta(minutes=2) if not ahead else timedelta(0))
        Heartbeat.objects.filter(name="asked").update(state="waiting", since=now)

    wrong(fail_and_press, ahead)
    client.post("/moderation/akismet/ask/")
    run_tasks()
    assert Comment.objects.get().screened == "ham"


# What is deleted by its age.


def old_trash():
    return make_comment(
        status="trash",
        status_at=timezone.now() - 40 * DAY,
        submitted_at=timezone.now() - 40 * DAY,
        submission={"user_ip": "203.0.113.7"},
    )


@pytest.mark.parametrize("gap", [400 * DAY, 14 * DAY, -DAY])
def test_after_a_jump_of_the_clock_nothing_is_deleted_by_its_age(gap):
    old_trash()
    beat(seconds=gap.total_seconds())
    sweep()
    comment = Comment.objects.get()
    assert comment.submission and comment.ip


def test_a_worker_that_was_off_for_two_weeks_deletes_after_six_hours():
    old_trash()
    beat(days=14)
    for _n in range(6 * 4 + 1):
        sweep()
        assert Comment.objects.exists()
        Heartbeat.objects.filter(name=Heartbeat.WORKER).update(
            at=timezone.now() - timedelta(minutes=14, seconds=59)
        )
    sweep()
    assert not Comment.objects.exists()


@pytest.mark.parametrize("hours", [0, 1, 16, 23])
def test_a_worker_that_rests_at_night_deletes_as_ever(hours):
    old_trash()
    beat(hours=hours)
    sweep()
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("left", "gap", "then"),
    [
        (0, timedelta(minutes=1), 0),
        (0, 2 * DAY, 6 * 3600),
        (0, -timedelta(minutes=2), 6 * 3600),
        (600, timedelta(minutes=1), 540),
        (600, timedelta(hours=3), 600),
        (600, timedelta(minutes=11), 0),
        (600, -timedelta(seconds=5), 600),
    ],
)
def test_how_long_the_worker_has_to_run_still(left, gap, then):
    assert retention.seconds_before_deletions(left, gap) == then


def test_moderators_and_administrators_read_that_nothing_is_deleted(client, mail_server):
    make_user(Role.ADMINISTRATOR)
    old_trash()
    beat(days=14)
    sweep()
    client.force_login(moderator())
    said = "Until it has run for 6 hours, nothing is deleted because of its age"
    assert said in words(client.get("/moderation/"))
    assert said in Mail.objects.get(kind="alert").text


def test_a_mail_is_not_too_old_by_a_clock_that_jumped(mail_server):
    user = make_user(Role.MODERATOR)
    queue(Mail.Kind.LETTER, user.email, key="one", text="Hello")
    Mail.objects.update(created_at=timezone.now() - 5 * DAY)
    beat(days=400)
    DBTaskResult.objects.all().delete()
    sweep()
    run_tasks()
    assert Mail.objects.get(key="one").is_open


def test_a_worker_that_stopped_while_its_clock_was_ahead_is_known_to_have_stopped(client):
    beat(days=-400)
    client.force_login(moderator())
    said = words(client.get("/moderation/"))
    assert "The background program has not run since the clock of this server was set back" in said
