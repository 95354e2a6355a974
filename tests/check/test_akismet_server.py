"""The stand-in keeps the rules by which the service answers; each test names the rule it holds."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import akismet
import httpx
import pytest

from tests.akismet_server import THANKS, AkismetServer

KEY = "stand-in-key"
http = httpx.Client(trust_env=False)
ASKED = {"api_key": KEY, "blog": "https://example.org", "user_ip": "203.0.113.7"}


@pytest.fixture
def server():
    with AkismetServer(KEY) as server:
        yield server


def post(server, path="/1.1/comment-check", fields=ASKED, **more):
    answer = http.post(server.url + path, data=fields | more)
    return answer.text, answer


def verdict(server, **fields):
    return post(server, **fields)[0]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/1.1/verify-key", "valid"),
        ("/1.1/comment-check", "false"),
        ("/1.1/submit-spam", THANKS),
        ("/1.1/submit-ham", THANKS),
    ],
)
def test_it_answers_the_exact_word_as_plain_text(server, path, word):
    body, answer = post(server, path)
    assert (body, answer.status_code) == (word, 200)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-akismet-server"]


def test_every_check_has_an_id_of_its_own(server):
    ids = {post(server)[1].headers["X-akismet-guid"] for _ in range(3)}
    assert len(ids) == 3
    assert "X-akismet-guid" not in post(server, "/1.1/submit-ham")[1].headers


def test_an_unknown_address_is_not_found(server):
    assert post(server, "/1.1/no-such-thing")[1].status_code == 404


@pytest.mark.parametrize(
    ("fields", "help_text"),
    [
        ({}, 'Empty "api_key" value'),
        ({"api_key": "wrong"}, 'Empty "blog" value'),
        ({"api_key": "wrong", "blog": "example"}, "We were unable to parse your blog URI"),
        ({"api_key": "wrong", "blog": "https://example.org"}, "Invalid key"),
    ],
)
def test_it_refuses_in_the_services_order_and_says_why(server, fields, help_text):
    body, answer = post(server, fields=fields)
    assert (body, answer.status_code) == ("invalid", 200)
    assert answer.headers["X-akismet-debug-help"] == help_text


def test_without_an_address_there_is_no_verdict(server):
    assert verdict(server, user_ip="") == "Missing required field: user_ip."


def test_the_older_endpoints_do_not_read_a_key_from_the_address(server):
    assert http.get(server.url + "/1.1/comment-check", params=ASKED).text == "invalid"


def test_usage_tells_the_checks_but_not_the_reports(server):
    post(server)
    post(server, "/1.1/submit-spam")
    told = json.loads(post(server, "/1.2/usage-limit")[0])
    assert told == {"limit": 350_000, "usage": 1, "percentage": "0.00", "throttled": False}


@pytest.mark.parametrize("path", ["/1.2/usage-limit", "/1.2/key-sites"])
def test_account_endpoints_demand_the_key(server, path):
    assert post(server, path, fields={})[0] == "invalid"
    assert isinstance(json.loads(post(server, path, fields={"api_key": KEY})[0]), dict)


def test_the_bare_client_never_sends_the_key_for_key_sites(server, monkeypatch):
    monkeypatch.setattr("akismet._common._API_URL", server.url)
    bare = akismet.SyncClient(akismet.Config(KEY, "https://example.org"), http)
    with pytest.raises(akismet.APIKeyError):
        bare.key_sites()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"user_role": "administrator", "comment_author": "viagra-test-123"}, "false"),
        ({"comment_author": "viagra-test-123"}, "true"),
        ({"comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"honeypot_field_name": "nectar", "nectar": "bee"}, "true"),
        ({"honeypot_field_name": "nectar", "nectar": ""}, "false"),
        ({"comment_content": "http://a.example " * 4}, "false"),
        ({"comment_content": "http://a.example " * 5}, "true"),
        ({"comment_content": "A night at the Casino"}, "true"),
        ({"comment_content": "A night at the depot"}, "false"),
    ],
)
def test_the_verdict_follows_the_services_order(server, fields, expected):
    assert verdict(server, **fields) == expected


@pytest.mark.parametrize(("kind", "learned"), [("spam", "true"), ("ham", "false")])
def test_what_was_reported_is_learned(server, kind, learned):
    text = "A night at the casino" if kind == "ham" else "A night at the depot"
    post(server, f"/1.1/submit-{kind}", comment_content=text)
    assert verdict(server, comment_content=text, honeypot_field_name="n", n="x") == learned
    assert verdict(server, comment_content=text, comment_author="viagra-test-123") == "true"


def test_a_test_report_teaches_nothing(server):
    post(server, "/1.1/submit-spam", comment_content="Hello", is_test="true")
    assert verdict(server, comment_content="Hello") == "false"


def test_magic_words_set_the_headers(server):
    body, answer = post(server, comment_content="standin:discard")
    assert (body, answer.headers["X-akismet-pro-tip"]) == ("true", "discard")
    body, answer = post(server, comment_content="standin:recheck")
    assert (body, answer.headers["X-akismet-recheck-after"]) == ("false", "120")


def test_every_call_is_kept_with_its_fields_in_order(server):
    post(server, comment_author="Ada", comment_content="")
    call = server.calls[-1]
    assert [name for name, _ in call.pairs][-2:] == ["comment_author", "comment_content"]
    assert call.fields["comment_content"] == ""
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert abs(call.time - time.time()) < 5


def test_each_step_of_the_script_serves_one_call(server):
    server.next({"body": "odd"}, {"headers": {"X-akismet-error": "e"}}, {"invalid": "Closed"})
    assert verdict(server) == "odd"
    assert post(server)[1].headers["X-akismet-error"] == "e"
    assert verdict(server) == "invalid"
    assert verdict(server) == "false"


@pytest.mark.parametrize("status", [302, 403, 429, 500, 503])
def test_a_step_may_fail_with_any_status(server, status):
    server.next({"status": status, "headers": {"Retry-After": "2"}})
    answer = post(server)[1]
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "2")
    assert verdict(server) == "false"


def test_a_step_may_drop_the_connection_or_delay_the_answer(server):
    server.next({"drop": True}, {"delay": 0.2})
    with pytest.raises(httpx.RemoteProtocolError):
        post(server)
    began = time.monotonic()
    assert verdict(server) == "false"
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("part", [pytest.param("headers", marks=pytest.mark.thorough), "body"])
def test_a_step_may_drip_the_answer(server, part):
    server.next({"drip": 0.01, "drip_from": part, "body": "a" * 20})
    began = time.monotonic()
    assert verdict(server) == "a" * 20
    assert time.monotonic() - began >= 19 * 0.01


def test_an_alert_stands_until_it_is_lifted(server):
    server.alert = (10011, "Please upgrade")
    headers = post(server)[1].headers
    assert (headers["X-akismet-alert-code"], headers["X-akismet-alert-msg"]) == (
        "10011",
        "Please upgrade",
    )
    server.alert = None
    assert "X-akismet-alert-code" not in post(server)[1].headers


def test_standing_modes_last_until_they_are_lifted(server):
    server.mode = "invalid"
    assert [verdict(server), verdict(server)] == ["invalid", "invalid"]
    server.mode = "down"
    with pytest.raises(httpx.RemoteProtocolError):
        post(server)
    server.mode = "hang"
    with pytest.raises(httpx.ReadTimeout):
        http.post(server.url + "/1.1/comment-check", data=ASKED, timeout=0.2)
    server.mode = None
    assert verdict(server) == "false"


def test_stopped_it_refuses_connections_and_starts_again_at_its_port(server):
    url = server.url
    server.stop()
    with pytest.raises(httpx.ConnectError, match="refused"):
        post(server)
    server.start()
    assert server.url == url
    assert verdict(server) == "false"


def test_it_listens_on_this_machine_only(server):
    assert server.url.startswith("http://127.0.0.1:")
    assert server._http.socket.getsockname()[0] == "127.0.0.1"


def test_another_process_can_steer_it_and_read_the_calls():
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.akismet_server", "--port", "0", "--key", KEY]
    with subprocess.Popen(command, cwd=root, env=os.environ, stdout=subprocess.PIPE) as process:
        url = process.stdout.readline().decode().strip()
        try:
            http.post(f"{url}/_control", json={"verdict": "true", "script": [{"status": 500}]})
            answers = [http.post(f"{url}/1.1/comment-check", data=ASKED) for _ in range(2)]
            calls = http.get(f"{url}/_calls").json()
        finally:
            process.terminate()
    assert [answer.status_code for answer in answers] == [500, 200]
    assert answers[1].text == "true"
    assert [call["path"] for call in calls] == ["/1.1/comment-check"] * 2


def test_a_wrong_order_changes_nothing(server):
    for order in ({"mode": "asleep"}, {"colour": "red", "mode": "down"}, ["down"]):
        assert http.post(f"{server.url}/_control", json=order).status_code == 400
    assert server.mode is None
    assert server.calls == []
