"""Each sentence is true when it is read: by the author, by moderators, by an administrator."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Role
from comments.check import account_sentences
from comments.models import Comment, Evidence, Heartbeat, Mail, Policy
from comments.submit import cookies
from comments.thread.notice import deletion_day, notice
from comments.worker.sweep import sweep
from tests.factories import (
    know_quota,
    make_comment,
    make_post,
    make_user,
    moderator,
    run_tasks,
    submit_comment,
)
from tests.mailbox import sent
from tests.pages import words

pytestmark = pytest.mark.django_db
PAGE = "/moderation/akismet/"
FILTER = "our spam filter set it aside"
PERSON = "A moderator decided not to publish this comment."


def said(client, comment) -> str:
    return words(client.get(f"/comments/{cookies.sign(comment)}/"))


# The spam check without a key, and its figures.


@pytest.fixture
def boss(client):
    client.force_login(make_user(Role.ADMINISTRATOR))
    return client


def test_without_a_key_no_key_is_good_and_nothing_is_offered(boss, akismet, settings):
    for button in ("ask", "test"):
        boss.post(f"{PAGE}{button}/")
    run_tasks()
    assert "the key was good" in words(boss.get(PAGE))
    settings.AKISMET_API_KEY = ""
    response = boss.get(PAGE)
    page = words(response)
    assert "There is none." in page
    for lie in ("good", "works", "Ask Akismet again", "Test the check", "policy allows"):
        assert lie not in page
    assert f'action="{PAGE}' not in response.content.decode()


def test_the_figures_of_the_check_bear_their_time(boss, akismet):
    sweep()
    run_tasks()
    Heartbeat.objects.filter(name="quota").update(at=timezone.now() - timedelta(hours=23))
    now = timezone.localtime()
    page = words(boss.get(PAGE))
    assert f"As of {now:%H:%M}:" in page
    asked = Heartbeat.objects.get(name="quota").at
    assert f"{timezone.localtime(asked):%H:%M})" in page


def test_an_answer_of_another_day_says_so(akismet):
    row = Heartbeat(name="asked", since=timezone.now() - timedelta(days=3), state="ok")
    day = timezone.localtime(row.since)
    assert f"{day.day} {day:%B %Y}, {day:%H:%M:%S}" in account_sentences.asked_sentence(row)


def test_the_calls_of_last_month_are_not_told_as_this_months(client, akismet):
    client.force_login(moderator())
    facts = {"used": 90, "limit": 100, "percent": 90, "throttled": False}
    for days, is_told in ((0, True), (32, False)):
        Heartbeat.objects.update_or_create(
            name="quota",
            defaults={
                "at": timezone.now() - timedelta(days=days),
                "since": timezone.now(),
                "state": "near",
                "facts": facts,
            },
        )
        page = words(client.get("/moderation/"))
        assert ("90 % of this month's calls" in page) == is_told


def test_a_mail_about_the_machine_says_when_it_was_so(akismet, mail_server):
    know_quota()
    make_user(Role.ADMINISTRATOR)
    Heartbeat.beat("akismet", "refused")
    sweep()
    at = timezone.localtime(Mail.objects.get(kind="alert").created_at)
    (message,) = sent()
    assert f"This was the state on {at.day} {at:%B %Y}, {at:%H:%M}." in message.body


# Evidence is not called deleted.


def test_evidence_is_not_called_deleted_to_its_author(client):
    comment = make_comment(status="approved")
    assert "its text is deleted" in said(client, comment)
    Evidence.keep(comment, "a threat", by=moderator())
    page = said(client, comment)
    assert "its text is deleted" not in page
    assert "Moderators keep its text as evidence" in page


def test_spam_that_is_evidence_names_no_day_on_which_it_is_deleted(client):
    comment = make_comment(status="spam", kept_because="a threat")
    page = said(client, comment)
    assert FILTER in page and "deleted on" not in page


@pytest.mark.parametrize("status", ["spam", "trash"])
def test_the_day_of_deletion_is_never_past(status):
    long_ago = timezone.now() - timedelta(days=100)
    comment = make_comment(status=status, status_at=long_ago, submitted_at=long_ago)
    today = timezone.localtime()
    assert deletion_day(comment, Policy()) == f"{today.day} {today:%B}"


# A person is not called a filter.


def spam_by_person(comment):
    comment.mark_spam(by=moderator())


def spam_by_person_who_left(comment):
    user = make_user(Role.MODERATOR)
    comment.mark_spam(by=user)
    user.delete()


def undone(comment):
    comment.set_aside(reason="akismet")
    comment.refresh_from_db()
    Comment.undo(comment.approve(by=moderator()).batch, by=moderator())


def restored_and_called_spam(comment):
    comment.set_aside(reason="akismet")
    comment.refresh_from_db()
    comment.restore(by=moderator())
    comment.mark_spam(by=moderator())


WHO = [
    (lambda comment: comment.set_aside(reason="akismet"), FILTER),
    (lambda comment: comment.set_aside(reason="words"), FILTER),
    (undone, FILTER),
    (spam_by_person, PERSON),
    (spam_by_person_who_left, PERSON),
    (restored_and_called_spam, PERSON),
]


@pytest.mark.parametrize(("act", "read"), WHO)
def test_who_set_it_aside_is_told_as_it_was(client, act, read):
    comment = make_comment()
    act(comment)
    comment.refresh_from_db()
    assert comment.status == "spam"
    assert read in said(client, comment)
    assert (FILTER in said(client, comment)) == (read is FILTER)


def test_what_a_rule_set_aside_at_the_door_costs_no_query(django_assert_num_queries):
    comment = submit_comment(make_post(), trap="")
    Comment.objects.update(status="spam")
    comment = Comment.objects.select_related("post").get()
    policy = Policy()
    with django_assert_num_queries(0):
        assert FILTER in notice(comment, policy)


def test_a_filled_trap_that_a_person_called_spam_does_not_wait(client):
    comment = submit_comment(make_post(), trap="https://pills.example")
    assert "Yours has been waiting" in said(client, comment)
    comment.refresh_from_db()
    comment.restore(by=moderator())
    comment.mark_spam(by=moderator())
    assert PERSON in said(client, comment)


# The card of a comment that nobody asks about.


def test_a_comment_that_waited_when_the_key_was_taken_away_says_so(client, akismet, settings):
    submit_comment(make_post())
    settings.AKISMET_API_KEY = ""
    client.force_login(moderator())
    page = words(client.get("/moderation/"))
    assert "Not checked: no Akismet key" in page and "Being checked" not in page


def test_approved_before_it_was_asked_about_nobody_reads_that_akismet_did_not_answer(
    client, akismet
):
    comment = submit_comment(make_post())
    comment.approve(by=moderator())
    client.force_login(moderator())
    page = words(client.get("/moderation/", {"tab": "approved"}))
    assert "Being checked" in page and "did not answer" not in page


def test_that_akismet_is_asked_all_the_same_is_said_only_where_it_is(client, akismet, settings):
    client.force_login(moderator())
    comment = make_comment()
    pages = {
        "block": f"/moderation/{comment.public_id}/block/author/",
        "policy": "/moderation/policy/",
    }
    for key, is_said in ((akismet.key, True), ("", False)):
        settings.AKISMET_API_KEY = key
        assert ("Akismet is asked" in words(client.get(pages["block"]))) == is_said
        tried = {"try": "1", "block_words": "casino", "try-body": "A casino"}
        typed = client.get(pages["policy"]).context_data["form"].initial
        found = words(client.post(pages["policy"], typed | tried))
        assert "It would go to Spam. You can still publish it." in found
        assert ("Akismet is asked all the same" in found) == is_said
