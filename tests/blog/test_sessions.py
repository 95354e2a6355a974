"""A session of the staff holds as long as Django's own does."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from blog.sessions import SessionStore
from tests.factories import make_post

pytestmark = pytest.mark.django_db


def test_it_gives_what_was_put_into_it():
    session = SessionStore()
    session["queue_notice"] = {"words": "1 comment approved."}
    session.save()
    assert SessionStore(session.session_key)["queue_notice"] == {"words": "1 comment approved."}


@pytest.mark.parametrize("seconds", [-1, 0])
def test_what_is_over_signs_out(mo, seconds):
    assert mo.get("/moderation/").status_code == 200
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=seconds))
    assert mo.get("/moderation/").status_code == 302


def test_what_was_deleted_signs_out_at_once(mo):
    Session.objects.all().delete()
    assert mo.get("/moderation/").status_code == 302


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 200, "abcdefghijkl\0", "' OR 1 = 1 --", "é🔔", None]
)
def test_a_key_that_nobody_gave_holds_nothing(key):
    session = SessionStore(key)
    assert session.load() == {} and session.session_key is None


def test_what_was_tampered_with_holds_nothing(mo):
    Session.objects.update(session_data="e30:forged")
    assert mo.get("/moderation/").status_code == 302


def test_whoever_had_a_session_still_reads(mo, post):
    page = make_post(kind="page")
    Session.objects.all().delete()
    assert [mo.get(path).status_code for path in (post.path, page.path, "/")] == [200] * 3
