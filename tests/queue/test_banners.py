"""What the queue says of the machine before the first comment."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from comments.models import Heartbeat
from tests.factories import make_post, submit_comment
from tests.pages import html

pytestmark = pytest.mark.django_db


def banner(response) -> str:
    found = re.search(r'<section class="banners".*?</section>', html(response), re.DOTALL)
    return " ".join(re.sub("<.*?>", " ", found.group()).split()) if found else ""


def test_all_well_needs_no_banner(mo, akismet):
    Heartbeat.beat(Heartbeat.WORKER)
    Heartbeat.beat(Heartbeat.AKISMET)
    assert banner(mo.get("/moderation/")) == ""


def test_the_banner_without_a_key(mo):
    Heartbeat.beat(Heartbeat.WORKER)
    said = banner(mo.get("/moderation/"))
    assert "There is no Akismet key: nothing is checked and every comment waits" in said


def test_the_banner_of_a_worker_that_never_ran_or_is_late(mo, akismet):
    assert "The background program has never run: nothing is checked" in banner(
        mo.get("/moderation/")
    )
    Heartbeat.beat(Heartbeat.WORKER)
    late = timezone.now() - timedelta(minutes=11)
    Heartbeat.objects.update(at=late)
    time = f"{timezone.localtime(late):%H:%M}: nothing is checked, no mail is sent."
    said = banner(mo.get("/moderation/"))
    assert "The background program has not run since" in said and time in said


def test_banner_and_card_call_the_worker_late_from_the_same_minute_on(mo, akismet):
    submit_comment(make_post())
    Heartbeat.beat(Heartbeat.WORKER)
    for seconds, is_late in ((100, False), (130, True)):
        Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=seconds))
        page = mo.get("/moderation/")
        assert ("The background program has not run since" in banner(page)) is is_late
        assert ("the spam check is running late" in html(page)) is is_late


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("refused", "Akismet refused the key since"),
        ("unreachable", "Akismet has not answered since"),
    ],
)
def test_the_banner_of_akismet_counts_what_waits_unchecked(mo, akismet, state, said):
    post = make_post()
    for _n in range(2):
        submit_comment(post)
    Heartbeat.beat(Heartbeat.WORKER)
    Heartbeat.beat(Heartbeat.AKISMET, state)
    found = banner(mo.get("/moderation/"))
    assert said in found
    assert "2 comments wait unchecked; you can decide them" in found


def test_the_banner_of_a_web_server_that_hides_addresses(mo, akismet):
    Heartbeat.beat(Heartbeat.WORKER)
    said = (
        "Readers' IP addresses do not reach this site, so comments are not checked. "
        "An administrator must set TRUSTED_PROXIES=1 and restart."
    )
    response = mo.get("/moderation/", headers={"X-Forwarded-For": "198.51.100.1"})
    assert unescape(banner(response)) == said
