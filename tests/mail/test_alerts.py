"""What Administrators are written to about the machine: once for each change, then daily."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Role
from comments import signed_links
from comments.check.account import ask_usage
from comments.dates import clock
from comments.mail import alerts
from comments.models import Heartbeat, Mail
from comments.worker.sweep import sweep
from tests.factories import know_quota, make_post, make_user, moderator, run_tasks, submit_comment
from tests.mailbox import path_of, sent

NOW = timezone.now()


def ago(**delta):
    return NOW - timedelta(**delta)


@pytest.mark.parametrize(
    ("state", "since", "told_state", "told_at", "owed"),
    [
        ("ok", ago(days=9), "", None, False),
        ("refused", ago(seconds=1), "", None, True),
        ("refused", ago(hours=2), "refused", ago(hours=2), False),
        ("refused", ago(hours=25), "refused", ago(hours=24), True),
        ("ok", ago(seconds=1), "refused", ago(hours=2), True),
        ("ok", ago(seconds=1), "ok", ago(hours=2), False),
        ("unreachable", ago(minutes=59), "", None, False),
        ("unreachable", ago(minutes=60), "", None, True),
        ("ok", ago(seconds=1), "", None, False),
        ("unreachable", ago(minutes=59), "refused", ago(hours=2), False),
        ("near", ago(seconds=1), "", None, True),
        ("full", ago(seconds=1), "near", ago(hours=2), True),
        ("full", ago(hours=2), "full", ago(hours=2), False),
    ],
)
def test_a_change_is_told_once_and_a_trouble_daily(state, since, told_state, told_at, owed):
    assert alerts.is_due(state, since, told_state, told_at, NOW) is owed


@pytest.fixture
def boss(db, settings):
    settings.EMAIL_URL = "memory://"
    return make_user(Role.ADMINISTRATOR)


def told() -> list[str]:
    return list(Mail.objects.filter(kind="alert").order_by("pk").values_list("text", flat=True))


def test_a_refused_key_is_told_once_and_that_it_is_good_again(akismet, boss):
    know_quota()
    akismet.mode = "invalid"
    submit_comment(make_post())
    run_tasks()
    sweep()
    sweep()
    (words,) = told()
    assert words.startswith("Akismet refused the key since ")
    assert "1 comment waits unchecked; you can decide them." in words
    assert words.endswith("An administrator must set AKISMET_API_KEY and restart.")
    akismet.mode = None
    Heartbeat.objects.filter(name="akismet").update(next_at=timezone.now())
    sweep()
    run_tasks()
    sweep()
    assert len(told()) == 2
    assert told()[1].startswith("Akismet answers again since ")


def test_it_is_told_daily_while_it_stands(akismet, boss):
    know_quota()
    Heartbeat.beat("akismet", "refused")
    sweep()
    for hours in (23, 25):
        Heartbeat.objects.filter(name="akismet").update(
            told_at=timezone.now() - timedelta(hours=hours)
        )
        sweep()
    assert len(told()) == 2


def test_every_administrator_with_an_address_is_written_to_and_nobody_else(akismet, boss):
    know_quota()
    owner = make_user(is_superuser=True)
    for fields in ({"email": ""}, {"is_active": False}):
        make_user(Role.ADMINISTRATOR, **fields)
    moderator()
    Heartbeat.beat("akismet", "refused")
    sweep()
    assert set(Mail.objects.values_list("to", flat=True)) == {boss.email, owner.email}


def test_the_way_out_of_mail_about_comments_silences_no_alarm(akismet, boss, client):
    know_quota()
    client.post(path_of(signed_links.to_staff(boss)), {"List-Unsubscribe": "One-Click"})
    boss.refresh_from_db()
    assert not boss.gets_mail
    Heartbeat.beat("akismet", "refused")
    sweep()
    (message,) = sent()
    assert message.to == [boss.email]
    assert "The page Users shows who is an administrator:\nhttp://" in message.body
    assert "/admin/blog/user/" in message.body and "/admin/blog/user/" in message.alternatives[0][0]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (100, "80 % of this month's calls to Akismet are used: 80 of 100 (as of "),
        (80, "are used up: 80"),
    ],
)
def test_the_quota_is_told_at_80_and_at_100_per_cent(akismet, boss, monkeypatch, limit, said):
    monkeypatch.setattr(type(akismet), "usage", 80)
    akismet.limit = limit
    sweep()
    run_tasks()
    sweep()
    sweep()
    (words,) = told()
    assert said in words


def test_a_key_without_limit_and_an_answer_that_is_none_are_borne(akismet, boss):
    for body in ('{"limit": "none", "usage": 7, "percentage": "0", "throttled": false}', "{}"):
        akismet.next({"body": body})
        ask_usage(timezone.now())
    row = Heartbeat.objects.get(name="quota")
    assert (row.state, row.facts["limit"], row.facts["used"]) == ("ok", None, 7)


def test_a_worker_that_was_away_says_so_when_it_is_back(boss):
    sweep()
    left = timezone.now() - timedelta(minutes=11)
    Heartbeat.objects.filter(name="worker").update(at=left)
    sweep()
    sweep()
    (words,) = told()
    assert words.startswith(
        f"The background program did not run from {timezone.localtime(left):%H:%M} to "
    )


def test_mail_that_fails_is_said_on_the_queue_and_not_by_mail(client, akismet, boss):
    know_quota()
    Heartbeat.beat(Heartbeat.MAIL, Heartbeat.State.UNREACHABLE, "Connection refused")
    sweep()
    client.force_login(moderator())
    page = client.get("/moderation/").content.decode()
    assert "Mail cannot be sent since " in page and ": Connection refused." in page
    assert told() == []


def test_when_mail_works_again_it_is_told_once_from_when_to_when_also_without_a_key(boss):
    Heartbeat.beat(Heartbeat.MAIL)
    sweep()
    Heartbeat.beat(Heartbeat.MAIL, Heartbeat.State.UNREACHABLE, "Connection refused")
    start = timezone.now() - timedelta(hours=3)
    Heartbeat.objects.filter(name=Heartbeat.MAIL).update(since=start)
    sweep()
    assert told() == []
    Heartbeat.beat(Heartbeat.MAIL)
    Heartbeat.beat(Heartbeat.MAIL)
    sweep()
    sweep()
    (words,) = told()
    from_to = f"{clock(start)} to {clock(timezone.now())}."
    assert words.startswith(f"Mail could not be sent from {from_to}")


def test_no_key_is_in_a_mail(akismet, boss):
    know_quota()
    akismet.next({"invalid": f"Invalid key {akismet.key}"}, {"invalid": f"bad {akismet.key}"})
    submit_comment(make_post())
    run_tasks()
    sweep()
    assert len(told()) == 1
    assert akismet.key not in told()[0]
