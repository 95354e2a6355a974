"""/moderation/akismet/: what is known of the spam check, and what an Administrator may ask it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Heartbeat, Policy
from comments.tasks import probe
from comments.worker.sweep import sweep
from tests.factories import know_quota, make_post, make_user, run_tasks, submit_comment
from tests.pages import words

pytestmark = pytest.mark.django_db
PAGE = "/moderation/akismet/"
TRIED = "The text that Akismet promises to call spam: called"


@pytest.fixture
def boss(client):
    client.force_login(make_user(Role.ADMINISTRATOR))
    return client


def test_the_queue_leads_there(mo, akismet):
    assert f'href="{PAGE}"' in mo.get("/moderation/").content.decode()


def test_before_anything_was_asked_it_says_so(mo, akismet):
    said = words(mo.get(PAGE))
    assert "Akismet has never been asked." in said
    assert "Not known yet; it is asked once a day." in said


def test_it_says_state_quota_and_calls_in_words(mo, akismet):
    Policy(pk=1, checks_an_hour=60).save()
    submit_comment(make_post())
    run_tasks()
    sweep()
    run_tasks()
    said = words(mo.get(PAGE))
    assert "Good when Akismet last answered, " in said
    assert "1 of 60 that the policy allows" in said
    assert "0 comments wait unchecked" in said
    assert "1 of 350,000, 0 % (asked " in said


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("invalid", "(“Invalid key”) (next try "),
        ("down", "Akismet has not answered since "),
    ],
)
def test_it_says_why_nothing_is_checked(mo, akismet, mode, said):
    akismet.mode = mode
    submit_comment(make_post())
    run_tasks()
    page = words(mo.get(PAGE))
    assert said in page
    assert "1 comment waits unchecked" in page
    assert akismet.key not in page


def test_a_notice_stands_until_an_answer_comes_without_one(mo, akismet):
    post = make_post()
    akismet.alert = (10011, "Please upgrade")
    submit_comment(post)
    run_tasks()
    said = "Akismet has a notice about the account (10011): Please upgrade"
    assert said in words(mo.get(PAGE)) and said in words(mo.get("/moderation/"))
    akismet.mode = "down"
    submit_comment(post)
    run_tasks()
    assert said in words(mo.get(PAGE))
    akismet.mode = akismet.alert = None
    probe(timezone.now() + timedelta(minutes=2))
    submit_comment(post)
    run_tasks()
    assert said not in words(mo.get(PAGE))


def test_that_akismet_slows_us_down_is_said(mo, akismet):
    akismet.throttled = True
    sweep()
    run_tasks()
    assert "Akismet slows this site down." in words(mo.get(PAGE))


def test_a_moderator_sees_no_button(mo, akismet):
    assert "Test the check" not in words(mo.get(PAGE))
    assert mo.post(f"{PAGE}ask/").status_code == 403
    assert mo.post(f"{PAGE}test/").status_code == 403


def test_a_button_only_enqueues(boss, akismet):
    assert boss.post(f"{PAGE}ask/").headers["Location"] == PAGE
    assert boss.post(f"{PAGE}test/").headers["Location"] == PAGE
    assert akismet.calls == []
    since = timezone.localtime(Heartbeat.objects.get(name="asked").since)
    assert f"Asked at {since:%H:%M:%S}, answer: none yet." in words(boss.get(PAGE))


def test_two_presses_ask_once(boss, akismet):
    for _n in range(2):
        boss.post(f"{PAGE}test/")
    assert run_tasks() == 1


def test_ask_again_makes_everything_unchecked_due(boss, akismet, settings):
    know_quota()
    post = make_post()
    settings.AKISMET_API_KEY = ""
    submit_comment(post, body="came without a key")
    settings.AKISMET_API_KEY = akismet.key
    akismet.mode = "down"
    submit_comment(post, body="came while it was down")
    paused = submit_comment(post, body="failed alone")
    run_tasks()
    long = timezone.now() + timedelta(hours=6)
    Comment.objects.filter(pk=paused.pk).update(failures=5, next_check_at=long)
    akismet.mode = None
    boss.post(f"{PAGE}ask/")
    run_tasks()
    assert set(Comment.objects.values_list("screened", flat=True)) == {"ham"}
    assert "answer: the key was good; what waited unchecked was then asked" in words(boss.get(PAGE))


@pytest.mark.parametrize(
    ("mode", "said"),
    [("invalid", "answer: Akismet refused the key"), ("down", "answer: Akismet did not answer.")],
)
def test_ask_again_says_what_failed(boss, akismet, mode, said):
    akismet.mode = mode
    boss.post(f"{PAGE}ask/")
    run_tasks()
    page = words(boss.get(PAGE))
    assert said in page
    assert akismet.key not in page


def test_the_check_is_tested_with_is_test_and_teaches_nothing(boss, akismet):
    boss.post(f"{PAGE}test/")
    run_tasks()
    page = words(boss.get(PAGE))
    assert "answer: the check works." in page
    assert f"{TRIED} spam. An ordinary text: called not spam." in page
    assert [call.fields["is_test"] for call in akismet.calls] == ["1", "1"]
    assert akismet.learned == {}
    assert Comment.objects.count() == 0


def test_a_check_that_answers_wrongly_is_said_to(boss, akismet):
    akismet.next({"body": "false"}, {"status": 500})
    boss.post(f"{PAGE}test/")
    run_tasks()
    page = words(boss.get(PAGE))
    assert "the check does not work as it should." in page
    said = "Akismet had a fault of its own (“Internal Server Error”)."
    assert f"{TRIED} not spam. An ordinary text: {said}" in page


def test_without_a_key_there_is_nothing_to_ask(boss):
    page = words(boss.get(PAGE))
    assert "There is none. An administrator must set AKISMET_API_KEY and restart." in page
    assert "Test the check" not in page


def test_the_page_asks_the_database_as_often_with_much_to_say(
    boss, akismet, django_assert_max_num_queries
):
    boss.get(PAGE)
    akismet.mode = "invalid"
    for _n in range(3):
        submit_comment(make_post())
    run_tasks()
    sweep()
    with django_assert_max_num_queries(10):
        boss.get(PAGE)
