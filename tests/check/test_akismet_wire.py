"""What goes over the wire to Akismet, and what each of its answers means to us."""

import asyncio
import contextlib
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from traceback import TracebackException

import pytest
from django.core.exceptions import ImproperlyConfigured

from comments.check import akismet, http
from comments.check.akismet import Verdict
from comments.check.failures import CheckFailed, Refused, Unavailable
from tests.akismet_server import AkismetServer

KEY = "s3cret-key-42"
ASKED = {"user_ip": "203.0.113.7", "comment_content": "A night at the depot"}
FACTS = {
    "ip": "203.0.113.7",
    "user_agent": "Reader/1.0",
    "referrer": "",
    "permalink": "https://example.org/2026/11/depot/",
    "kind": "reply",
    "name": "Ada",
    "email": "ada@example.org",
    "url": "",
    "body": "Grüße & <b>thanks</b>",
    "submitted_at": datetime(2026, 11, 22, 4, 5, 6, tzinfo=timezone(timedelta(hours=1))),
    "post_modified_at": None,
    "parent_id": 7,
    "language": "en-gb",
    "roles": [],
    "trap_value": "",
    "topics": ["night buses", "depots"],
    "headers": {"HTTP_ACCEPT": "*/*", "HTTP_COOKIE": "a=b", "HTTP_AUTHORIZATION": "Basic eA=="},
}


@pytest.fixture
def server(settings):
    with AkismetServer(KEY) as server:
        settings.AKISMET_API_KEY = KEY
        settings.AKISMET_SERVER = server.url
        settings.SITE_URL = "https://example.org"
        settings.VERSION = "9.8"
        yield server


def failure(ask=lambda: akismet.check(ASKED)):
    with pytest.raises(CheckFailed) as caught:
        ask()
    return caught.value


ASKING = {
    "check": lambda: akismet.check(ASKED),
    "ham": lambda: akismet.report("ham", ASKED, reporter="ada", check_response="true"),
    "spam": lambda: akismet.report("spam", ASKED, reporter="ada", check_response=""),
    "usage": akismet.usage,
}


# What is sent


def test_a_submission_says_what_is_known_and_nothing_else():
    assert akismet.submission(**FACTS) == {
        "user_ip": "203.0.113.7",
        "user_agent": "Reader/1.0",
        "permalink": "https://example.org/2026/11/depot/",
        "comment_type": "reply",
        "comment_author": "Ada",
        "comment_author_email": "ada@example.org",
        "comment_content": "Grüße & <b>thanks</b>",
        "comment_date_gmt": "2026-11-22T03:05:06Z",
        "comment_parent": "7",
        "comment_context": ["night buses", "depots"],
        "blog_lang": "en_gb",
        "blog_charset": "UTF-8",
        "HTTP_ACCEPT": "*/*",
        "honeypot_field_name": "homepage2",
        "homepage2": "",
    }


def test_staff_is_told_by_role():
    assert "user_role" not in akismet.submission(**FACTS)
    told = akismet.submission(**FACTS | {"roles": ["editor", "moderator"]})
    assert told["user_role"] == "editor,moderator"


def test_a_check_sends_the_submission_field_by_field(server):
    asked = akismet.submission(**FACTS)
    akismet.check(asked)
    call, topics = server.calls[-1], asked.pop("comment_context")
    assert call.path == "/1.1/comment-check"
    assert call.values("comment_context[]") == topics
    sent = {name: value for name, value in call.pairs if name != "comment_context[]"}
    assert sent == asked | {"api_key": KEY, "blog": "https://example.org"}


@pytest.mark.parametrize("kind", ["ham", "spam"])
def test_a_report_repeats_the_check(server, kind):
    asked = akismet.submission(**FACTS)
    akismet.check(asked, recheck="retry")
    akismet.report(
        kind, asked | {"recheck_reason": "retry"}, reporter="grace", check_response="false"
    )
    checked, reported = server.calls
    assert reported.path == f"/1.1/submit-{kind}"
    told = [("reporter", "grace"), ("comment_check_response", "false")]
    assert reported.pairs == [p for p in checked.pairs if p[0] != "recheck_reason"] + told


def test_a_second_check_says_why(server):
    akismet.check(ASKED, recheck="edit")
    assert server.calls[-1].fields["recheck_reason"] == "edit"
    assert "recheck_reason" not in ASKED


def test_requests_name_us_and_the_client_and_carry_no_cookie(server):
    server.next({"headers": {"Set-Cookie": "a=b"}})
    akismet.check(ASKED)
    akismet.check(ASKED)
    headers = server.calls[-1].headers
    assert headers["User-Agent"] == "Broadside/9.8 | akismet.py/25.10.1"
    assert not {"Cookie", "Authorization", "Referer"} & headers.keys()


@pytest.mark.parametrize(
    "extra",
    [{"HTTP_COOKIE": "a"}, {"api_key": "x"}, {"user_ip": ""}, {"comment_content": ""}],
)
def test_what_must_not_be_sent_is_refused_before_it_leaves(server, extra):
    for ask in (akismet.check, lambda s: akismet.report("ham", s, reporter="", check_response="")):
        with pytest.raises(ValueError):
            ask(ASKED | extra)
    assert server.calls == []


def test_a_changed_key_counts_from_the_next_call(server, settings):
    settings.AKISMET_API_KEY = server.key = "another"
    assert akismet.verify().is_valid
    with AkismetServer("third") as other:
        settings.AKISMET_API_KEY, settings.AKISMET_SERVER = "third", other.url
        assert akismet.verify().is_valid
        assert len(other.calls) == 1


def test_plain_http_goes_to_this_machine_only(settings):
    settings.AKISMET_API_KEY = KEY
    for server in ("http://rest.akismet.com", "http://127.0.0.1@example.org"):
        settings.AKISMET_SERVER = server
        with pytest.raises(ImproperlyConfigured):
            akismet.check(ASKED)


def test_proxies_of_the_environment_are_not_used(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert akismet.check(ASKED).verdict == Verdict.HAM


def test_without_a_key_nothing_is_asked(server, settings):
    assert akismet.is_configured()
    settings.AKISMET_API_KEY = ""
    assert not akismet.is_configured()
    with pytest.raises(ImproperlyConfigured):
        akismet.check(ASKED)
    assert server.calls == []


def test_another_server_than_akismets_is_called_a_stand_in(settings):
    settings.AKISMET_SERVER = ""
    assert not akismet.is_stand_in()
    settings.AKISMET_SERVER = "http://127.0.0.1:8009"
    assert akismet.is_stand_in()


# What is understood


def test_the_answers_headers_are_kept(server):
    server.alert = (10011, "Please upgrade")
    spam_answer = akismet.check(ASKED | {"comment_content": "standin:discard"})
    assert (spam_answer.verdict, spam_answer.discard) == (Verdict.SPAM, True)
    assert (spam_answer.alert_code, spam_answer.alert_msg) == ("10011", "Please upgrade")
    server.alert = None
    ham = akismet.check(ASKED | {"comment_content": "standin:recheck"})
    assert (ham.guid != spam_answer.guid) and ham.guid
    assert ham == akismet.Answer(Verdict.HAM, guid=ham.guid, recheck_after=120)


def test_only_ham_is_provisional_and_only_spam_is_blatant(server):
    extra = {"X-akismet-recheck-after": "120", "X-akismet-pro-tip": "discard"}
    server.next({"headers": extra, "body": "true"}, {"headers": extra, "body": "false"})
    first, second = akismet.check(ASKED), akismet.check(ASKED)
    assert (first.discard, first.recheck_after) == (True, None)
    assert (second.discard, second.recheck_after) == (False, 120)


@pytest.mark.parametrize("word", ["soon", "", "-5", "²", "1.5"])
def test_a_recheck_time_that_is_none_is_left_out(server, word):
    server.next({"headers": {"X-akismet-recheck-after": word}})
    assert akismet.check(ASKED).recheck_after is None


@pytest.mark.parametrize("code", sorted(akismet.STOP_CODES))
def test_a_stopped_account_is_not_asked_on(server, code):
    server.alert = (code, "Stopped")
    refused = failure()
    assert isinstance(refused, Refused)
    assert (refused.alert_code, refused.alert_msg) == (code, "Stopped")
    assert not akismet.verify().is_valid


def test_redirects_are_not_followed(server):
    server.next({"status": 302, "headers": {"Location": f"{server.url}/1.1/comment-check"}})
    assert str(failure()) == "another web page answered in Akismet's place (“Found”)"
    assert len(server.calls) == 1


def test_usage_is_told(server):
    akismet.check(ASKED)
    assert akismet.usage()["usage"] == 1
    assert server.calls[-1].fields == {"api_key": KEY}


def test_verify_tells_a_good_key_from_a_bad_one_and_from_silence(server):
    assert akismet.verify().is_valid
    server.key = "another"
    assert not akismet.verify().is_valid
    server.next({"status": 503})
    assert str(failure(akismet.verify)) == "Akismet had a fault of its own (“Service Unavailable”)"


def test_threads_keep_their_answers_apart(server):
    def ask(number):
        author = "viagra-test-123" if number % 2 else "Ada"
        return number, akismet.check(ASKED | {"comment_author": author})

    with ThreadPoolExecutor(16) as pool:
        answers = dict(pool.map(ask, range(48)))
    assert all((answer.verdict == Verdict.SPAM) == number % 2 for number, answer in answers.items())
    assert len({answer.guid for answer in answers.values()}) == 48


# When it does not answer in time


@pytest.mark.parametrize(
    "step",
    [{"drop": True}, {"delay": 0.6}, {"drip": 0.1, "drip_from": "headers"}, {"drip": 0.15}],
    ids=["dropped", "silent", "dripping headers", "dripping body"],
)
def test_a_call_that_lasts_too_long_is_cut_off(server, monkeypatch, step):
    monkeypatch.setattr(http, "CALL_SECONDS", 0.4)
    began = datetime.now()
    server.next(step | {"body": "x" * 50} if "drip" in step else step)
    assert str(failure()) == "Akismet did not answer"
    assert datetime.now() - began < timedelta(seconds=2)
    assert asyncio.all_tasks(http._loop()) == set()  # nothing goes on, nor keeps a connection
    monkeypatch.undo()
    assert akismet.check(ASKED).verdict == Verdict.HAM


def test_a_name_that_nobody_looks_up_holds_nobody_up(server, settings, monkeypatch):
    settings.AKISMET_SERVER = f"http://localhost:{server.port}"
    over = threading.Event()

    def hang(*_args, **_kwargs):
        over.wait(30)
        raise socket.gaierror

    with monkeypatch.context() as patched:
        patched.setattr(http, "CALL_SECONDS", 0.3)
        patched.setattr(socket, "getaddrinfo", hang)
        began = datetime.now()
        assert str(failure()) == "Akismet did not answer"
        assert datetime.now() - began < timedelta(seconds=2)
        over.set()
    assert server.calls == []
    assert akismet.check(ASKED).verdict == Verdict.HAM


def test_a_slow_look_up_fails_no_call(server, settings, monkeypatch):
    """As with a first name server that is dead: the timeout for connecting begins after it."""
    settings.AKISMET_SERVER = f"http://localhost:{server.port}"
    real = socket.getaddrinfo

    def slow(*args, **hints):
        time.sleep(0.5)
        return real(*args, **hints)

    monkeypatch.setitem(http.TIMEOUTS, "connect", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", slow)
    assert akismet.check(ASKED).verdict == Verdict.HAM


def test_a_process_ends_though_a_look_up_hangs(settings):
    code = """
import os, socket, time, django
django.setup()
from comments.check import akismet, failures, http
http.CALL_SECONDS = 0.3
socket.getaddrinfo = lambda *args, **hints: time.sleep(60)
try:
    akismet.verify()
except failures.CheckFailed:
    print("gave up")
"""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "AKISMET_API_KEY": "a-key",
        "AKISMET_SERVER": "http://localhost:9",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stdout.strip() == "gave up", done.stderr


def test_while_it_is_down_nothing_is_believed_and_afterwards_all_is_well(server):
    server.stop()
    for ask in (*ASKING.values(), akismet.verify):
        assert isinstance(failure(ask), Unavailable)
    server.start()
    assert akismet.check(ASKED).verdict == Verdict.HAM


def test_the_bounds_are_those_that_were_promised():
    assert http.TIMEOUTS == {"connect": 2, "write": 5, "read": 5, "pool": 5}
    assert http.CALL_SECONDS == 10


# The key


def test_the_key_is_in_no_log_not_even_the_http_clients_own(server, caplog):
    for logger in (None, "httpx", "httpcore", "akismet"):
        caplog.set_level(logging.DEBUG, logger)
    server.next({}, {"status": 500}, {"invalid": "Closed"}, {"drop": True})
    for ask in (*ASKING.values(), *ASKING.values(), akismet.verify):
        with contextlib.suppress(CheckFailed):
            ask()
    assert len(server.calls) == 9
    assert KEY not in caplog.text


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
@pytest.mark.parametrize("body", [f"bad key {KEY}", f"x{KEY}" * 20, "invalid"])
def test_the_key_is_in_no_exception_even_if_the_server_says_it(server, ask, body):
    names = ("debug-help", "alert-code", "alert-msg", "error")
    server.next({"body": body, "headers": {f"X-akismet-{name}": f"of {KEY}" for name in names}})
    wrong = failure(ask)
    report = TracebackException.from_exception(wrong, capture_locals=True)
    assert KEY not in "".join(report.format()) + repr(wrong) + repr(vars(wrong))
    assert wrong.debug_help == "of ***"
