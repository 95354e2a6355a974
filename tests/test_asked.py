"""The owner's own words, as checks."""

import re
import subprocess
import threading
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from akismet import RequestError
from django.core.exceptions import PermissionDenied
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from blog.models import Post, Role
from comments.check import akismet as spam
from comments.models import Comment, Decision, Heartbeat
from comments.models.verbs import VERBS
from comments.moderation.revise import revise
from comments.rules.holding import Facts
from comments.worker.sweep import sweep
from tests.factories import (
    edit_as_author,
    make_post,
    make_user,
    moderator,
    reply_and_approve,
    run_tasks,
    send_comment,
    submit_comment,
)
from tests.site import RunningSite

ROOT = Path(__file__).resolve().parent.parent
NAMED = ("django", "django-taggit", "markdown", "bleach", "akismet")
TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "README.md", "Makefile", ".gitignore", ".ci", "docs"),
    *("requirements.txt", "requirements-dev.txt"),
    *("LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ".editorconfig"),
    *("config", "blog", "comments", "transfer", "templates", "tests"),
}


def test_the_five_named_packages_are_direct_dependencies():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.match(r"[\w-]+", line)[0].lower() for line in project["dependencies"]}
    assert names.issuperset(NAMED)


def test_they_are_pinned_with_hashes():
    locked = (ROOT / "requirements.txt").read_text()
    for name in NAMED:
        assert re.search(rf"^{name}==[\d.]+ \\\n    --hash=sha256:", locked, re.M), name


def test_the_top_level_is_as_the_owner_named_it():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if not tracked.stdout:
        pytest.skip("this is no clone: git knows no files here")
    found = {line.partition("/")[0] for line in tracked.stdout.splitlines()}
    assert found - TOP_LEVEL == set()


@pytest.mark.django_db
def test_a_bleach_that_raises_makes_saving_fail(monkeypatch):
    post = make_post(body="Before.")
    monkeypatch.setattr("bleach.sanitizer.Cleaner.clean", _raise)
    post.body = "After."
    with pytest.raises(RuntimeError, match="broken"):
        post.save()
    assert Post.objects.get(pk=post.pk).body == "Before."


@pytest.mark.django_db
def test_a_markdown_that_raises_makes_saving_fail(monkeypatch):
    monkeypatch.setattr("markdown.Markdown.convert", _raise)
    with pytest.raises(RuntimeError, match="broken"):
        make_post(body="After.")


def _raise(*_args, **_kwargs):
    raise RuntimeError("broken")


@pytest.mark.django_db
def test_tags_are_taggits():
    from taggit.managers import TaggableManager
    from taggit.models import TagBase

    post = make_post(tags=["United States of America"])
    assert isinstance(post.tags.get(), TagBase)
    assert isinstance(Post._meta.get_field("tags"), TaggableManager)


ASKED_OF_AKISMET = {"user_ip": "192.0.2.1", "comment_content": "Nobody got in."}
TELLS = {"reporter": "mo", "check_response": "true"}


@pytest.mark.parametrize(
    ("method", "ask"),
    [
        ("comment_check", lambda: spam.check(ASKED_OF_AKISMET)),
        ("comment_check", lambda: spam.try_out(spam.Verdict.HAM)),
        ("submit_spam", lambda: spam.report("spam", ASKED_OF_AKISMET, **TELLS)),
        ("submit_ham", lambda: spam.report("ham", ASKED_OF_AKISMET, **TELLS)),
        ("verify_key", spam.verify),
        ("usage_limit", spam.usage),
    ],
)
def test_an_akismet_that_raises_leaves_nothing_to_ask_with(akismet, monkeypatch, method, ask):
    ask()
    assert len(akismet.calls) == 1
    akismet.calls.clear()
    monkeypatch.setattr(f"akismet.SyncClient.{method}", _raise)
    with pytest.raises(RuntimeError, match="broken"):
        ask()
    assert akismet.calls == []


@pytest.mark.django_db
def test_each_request_to_akismet_is_made_by_the_akismet_client(akismet, monkeypatch):
    live_a_day()
    agents = {call.headers["User-Agent"] for call in akismet.calls}
    paths = {"/1.1/comment-check", "/1.1/submit-spam", "/1.2/usage-limit"}
    assert {call.path for call in akismet.calls} == paths
    assert all(re.fullmatch(r"Broadside/[\d.]+ \| akismet\.py/[\d.]+", a) for a in agents)
    akismet.calls.clear()
    for method in ("comment_check", "submit_spam", "submit_ham", "verify_key", "usage_limit"):
        monkeypatch.setattr(f"akismet.SyncClient.{method}", _raise_as_akismet_does)
    live_a_day()
    assert akismet.calls == []
    assert Comment.objects.filter(screened="unavailable").count() == 1


def live_a_day():
    """A comment is checked and called spam by a person, and the worker does what is due."""
    comment = submit_comment(make_post())
    run_tasks()
    Comment.objects.get(pk=comment.pk).mark_spam(by=moderator())
    then = comment.submitted_at - timedelta(minutes=2)
    Comment.objects.update(status_at=then)
    Decision.objects.update(created_at=then)
    Heartbeat.objects.all().delete()
    sweep()
    run_tasks()


def _raise_as_akismet_does(*_args, **_kwargs):
    raise RequestError("broken")


@pytest.mark.django_db
def test_comments_by_every_door_are_each_checked_with_the_readers_own_address(akismet):
    post, other = make_post(), make_post()
    parent = submit_comment(post, ip="198.51.100.1", user_agent="door 0")
    run_tasks()
    Comment.objects.get(pk=parent.pk).approve(by=moderator())
    contributor = Client()
    contributor.force_login(make_user(Role.CONTRIBUTOR))
    doors = [
        (Client(), post, {}),
        (Client(), post, {"parent": parent.public_id}),
        (Client(), other, {"homepage2": "http://spam.example/"}),
        (Client(), other, {"headers": {"Origin": "http://testserver", "Sec-Fetch-Site": ""}}),
        (contributor, post, {}),
    ]
    for n, (client, where, more) in enumerate(doors, start=1):
        headers = more.pop("headers", {}) | {"User-Agent": f"door {n}"}
        answer = send_comment(client, where, ip=f"198.51.{n}.9", headers=headers, **more)
        assert answer.status_code == 303
    run_tasks()
    checked = [call.fields for call in akismet.calls if call.path == "/1.1/comment-check"]
    expected = [("198.51.100.1", "door 0", post.url)] + [
        (f"198.51.{n}.9", f"door {n}", where.url) for n, (_c, where, _m) in enumerate(doors, 1)
    ]
    sent = [(f["user_ip"], f["user_agent"], f["permalink"]) for f in checked]
    assert sorted(sent) == sorted(expected)


WHO = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("verb"), st.sampled_from(VERBS), WHO),
        st.tuples(st.just("undo"), st.integers(0, 5), WHO),
        st.tuples(st.just("verdict"), st.sampled_from(["true", "false", "down"]), st.none()),
        st.tuples(st.just("edit"), st.none(), st.none()),
        st.tuples(st.just("revise"), st.none(), WHO),
        st.tuples(st.just("reply"), st.none(), WHO),
    ),
    max_size=8,
)


@pytest.mark.django_db
@given(steps=STEPS)
@bounds(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_publishes_without_a_check_and_a_person(akismet, steps):
    people = [moderator(), make_user(Role.EDITOR), make_user(Role.CONTRIBUTOR)]
    akismet.verdict, akismet.mode = None, None
    comment, batches = submit_comment(make_post()), []
    assert_invariant(comment, comment)
    for kind, what, who in steps:
        before = Comment.objects.get(pk=comment.pk)
        take_step(akismet, before, batches, kind, what, people[who or 0])
        assert_invariant(comment, before)


def take_step(akismet, comment, batches, kind, what, person):
    may = person.has_perm("comments.decide_comment")
    more = {"body": f"{comment.body} And more.", "author_name": comment.author_name}
    if kind == "verdict":
        akismet.mode, akismet.verdict = (what, None) if what == "down" else (None, what)
        Comment.objects.filter(pk=comment.pk).update(next_check_at=comment.submitted_at)
        run_tasks()
    elif kind == "edit":
        facts = Facts(comment.author_name, comment.author_email, "", more["body"], ip=comment.ip)
        edit_as_author(comment, facts)
    elif kind == "revise":
        row = Comment.objects.get(pk=comment.pk)
        assert revise(row, more | {"author_url": ""}, by=person, seen=comment.version) == may
    elif kind == "reply":
        assert reply_and_approve(comment, person) == (303 if may else 403)
    elif may and kind == "verb":
        batches.append(Comment.decide({comment.public_id: None}, what, by=person).batch)
    elif may:
        for batch in batches[what : what + 1]:
            Comment.undo(batch, by=person)
    else:
        with pytest.raises(PermissionDenied):
            Comment.decide({comment.public_id: None}, "approve", by=person)


def assert_invariant(comment, before):
    """`before`: the row as it stood before the last step."""
    row = Comment.objects.get(pk=comment.pk)
    last = Decision.objects.filter(comment=row).last()
    assert row.status == last.new_status
    if row.status == "approved":
        assert row.screened != "waiting"
        assert last.by_a_person
        assert last.by.has_perm("comments.decide_comment")
    if row.status == "approved" != before.status and last.reason != "undo":
        has_verdict = before.screened in ("ham", "spam")
        assert last.reason == ("" if has_verdict else "unchecked")


# A reader who polls from outside, while the whole site runs.


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = RunningSite(tmp_path_factory.mktemp("asked")).start()
    yield running
    assert running.stop() == 0


class Poller(threading.Thread):
    """Reads every public address of a post each 100 ms and notes when it first saw the words."""

    def __init__(self, site, path, words):
        super().__init__(daemon=True)
        self.site, self.words, self.stopped = site, words, threading.Event()
        self.addresses = [path, f"{path}feed/", "/comments/feed/", "/feed/", "/"]
        self.seen, self.counts, self.rounds = [], set(), 0

    def run(self):
        while not self.stopped.wait(0.1):
            for address in self.addresses:
                page = self.site.get(address)
                if self.words in page:
                    self.seen.append(address)
                self.counts.update(re.findall(r'"commentCount": ?(\d+)', page))
            self.rounds += 1


def test_a_reader_who_polls_never_sees_a_comment_early(site):
    path, words = site.make_post(), "seen by nobody before its time"
    poller = Poller(site, path, words)
    poller.start()
    post_form(site, path, words)
    site.wait_for(words, screened="ham", status="pending")
    wait_for_rounds(poller, 3)
    assert (poller.seen, poller.counts) == ([], {"0"})
    site.python(
        "from comments.models import Comment; from tests.factories import moderator;"
        "Comment.objects.get().approve(by=moderator())"
    )
    wait_for_rounds(poller, 2)
    poller.stopped.set()
    poller.join()
    assert {path, f"{path}feed/", "/comments/feed/"}.issubset(poller.seen)
    assert "1" in poller.counts


def test_each_comment_is_answered_within_300_ms_while_akismet_hangs_for_60_s(site):
    path = site.make_post()
    with ThreadPoolExecutor(8) as readers:  # each of the server's processes has its first page
        list(readers.map(site.get, [path] * 16))
    post_form(site, path, "The first answer warms the server up.", email="warm@example.net")
    site.akismet.mode = "hang"
    rounds = []
    # What else the machine does can only make them slower; Akismet would in each round.
    while not rounds or max(rounds[-1]) >= 0.3:
        assert len(rounds) < 3, rounds
        site.forget_comments()  # else a network may send only so many
        rounds.append([answered_in(site, path, n) for n in range(5)])
    site.akismet.mode = None
    assert site.comment("Answered at once, number 4.")["status"] == "pending"


def answered_in(site, path, number: int) -> float:
    started = time.monotonic()
    post_form(site, path, f"Answered at once, number {number}.", email=f"r{number}@example.net")
    return time.monotonic() - started


def post_form(site, path, body, email="ana@example.net"):
    fields = {"name": "Ana", "email": email, "body": body, "homepage2": ""}
    request = urllib.request.Request(
        f"{site.url}{path}comments/",
        urllib.parse.urlencode(fields).encode(),
        {"Sec-Fetch-Site": "same-origin", "User-Agent": "Reader/1.0"},
    )
    opener = urllib.request.build_opener(NoRedirect)
    with pytest.raises(urllib.error.HTTPError) as answer:
        opener.open(request, timeout=30)
    assert answer.value.code == 303, answer.value.read()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def wait_for_rounds(poller, count):
    goal, deadline = poller.rounds + count, time.monotonic() + 30
    while poller.rounds < goal:
        assert time.monotonic() < deadline, "the poller stopped"
        time.sleep(0.05)
