"""The pure rules of the door: origin, order of refusals, seconds left, the believed address."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from blog.text.characters import is_blank
from comments.rules import admission
from comments.rules.admission import Facts, Origin, Parent, Repeat
from comments.submit import origin

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FINE = Facts(now=NOW)
BEFORE = timedelta(seconds=-1)


@pytest.mark.parametrize(
    ("site", "header", "found"),
    [
        ("same-origin", "", Origin.OWN),
        ("none", "", Origin.OWN),
        ("same-origin", "https://evil.example", Origin.OWN),
        ("cross-site", "", Origin.FOREIGN),
        ("same-site", "", Origin.FOREIGN),
        ("cross-site", "https://example.org", Origin.FOREIGN),
        ("SAME-ORIGIN", "", Origin.FOREIGN),
        ("", "https://example.org", Origin.OWN),
        ("", "https://example.org:443", Origin.OWN),
        ("", "http://example.org", Origin.FOREIGN),
        ("", "http://example.org:443", Origin.FOREIGN),
        ("", "https://Example.ORG", Origin.OWN),
        ("", "https://example.org:8443", Origin.FOREIGN),
        ("", "https://example.org.evil.example", Origin.FOREIGN),
        ("", "https://evil.example/example.org", Origin.FOREIGN),
        ("", "https://example.org@evil.example", Origin.FOREIGN),
        ("", "https://[", Origin.FOREIGN),
        ("", "example.org", Origin.FOREIGN),
        ("", "null", Origin.UNKNOWN),
        ("", "", Origin.UNKNOWN),
    ],
)
def test_where_a_form_came_from(site, header, found):
    own = admission.own_origins("https://example.org", "http", "example.org")
    assert admission.origin(site, header, own) is found


@pytest.mark.parametrize(
    ("site_url", "scheme", "host", "own"),
    [
        ("https://example.org", "http", "example.org", ["https://example.org"]),
        ("https://example.org", "https", "example.org:443", ["https://example.org"]),
        (
            *("https://example.org", "http", "127.0.0.1:8000"),
            ["http://127.0.0.1:8000", "https://127.0.0.1:8000", "https://example.org"],
        ),
        (
            *("https://example.org", "http", "example.org:8080"),
            ["https://example.org", "https://example.org:8080"],
        ),
        ("http://127.0.0.1:8000", "http", "127.0.0.1:8000", ["http://127.0.0.1:8000"]),
        (
            *("http://127.0.0.1:8000", "http", "testserver"),
            ["http://127.0.0.1:8000", "http://testserver"],
        ),
        ("http://[::1]:8000", "http", "[::1]:8000", ["http://[::1]:8000"]),
    ],
)
def test_which_origins_are_our_own(site_url, scheme, host, own):
    assert sorted(admission.own_origins(site_url, scheme, host)) == own


@pytest.mark.parametrize("found", [Origin.OWN, Origin.UNKNOWN])
def test_only_a_foreign_form_is_refused(found):
    assert admission.refuse_foreign(found) is None
    assert admission.refuse_foreign(Origin.FOREIGN).status == 403


def test_nothing_wrong_is_no_refusal():
    assert admission.refuse_place(FINE) is None
    assert admission.refuse_sending(FINE) is None


@pytest.mark.parametrize(
    ("parent", "status"),
    [
        (Parent.NONE, None),
        (Parent.GOOD, None),
        (Parent.MISSING, 422),
        (Parent.NOT_APPROVED, 403),
        (Parent.TOO_DEEP, 422),
    ],
)
def test_what_a_parent_is_refused_with(parent, status):
    refusal = admission.refuse_place(replace(FINE, parent=parent))
    assert (refusal and refusal.status) == status


def test_a_closed_post_is_said_before_a_wrong_parent():
    refusal = admission.refuse_place(replace(FINE, is_open=False, parent=Parent.MISSING))
    assert refusal.message == "Comments on this post are closed."


def test_a_duplicate_is_said_before_the_flood():
    facts = replace(FINE, repeat=Repeat.YES, last_by_sender=NOW, nth_in_network=NOW)
    assert admission.refuse_sending(facts).status == 409
    assert admission.refuse_sending(replace(facts, repeat=Repeat.NO)).retry_after == 15


def test_a_sender_who_is_too_fast_is_said_before_a_busy_network():
    facts = replace(FINE, last_by_sender=NOW, nth_in_network=NOW)
    assert admission.refuse_sending(facts).code == "too-fast"
    assert admission.refuse_sending(replace(facts, last_by_sender=None)).code == "busy-network"


def test_ones_own_that_waits_is_no_duplicate():
    assert admission.refuse_duplicate(replace(FINE, repeat=Repeat.OWN_PENDING)) is None


REFUSALS = {
    "too-large": (admission.refuse_too_large(65_537), 413),
    "foreign": (admission.refuse_foreign(Origin.FOREIGN), 403),
    "signed-in-or-out": (admission.refuse_foreign(Origin.FOREIGN, is_signed_in=True), 403),
    "closed": (admission.refuse_closed(replace(FINE, is_open=False)), 403),
    "parent-missing": (admission.refuse_parent(replace(FINE, parent=Parent.MISSING)), 422),
    "parent-not-public": (
        admission.refuse_parent(replace(FINE, parent=Parent.NOT_APPROVED)),
        403,
    ),
    "locked": (admission.refuse_parent(replace(FINE, parent=Parent.LOCKED)), 403),
    "too-deep": (admission.refuse_parent(replace(FINE, parent=Parent.TOO_DEEP)), 422),
    "too-long": (admission.refuse_length("body", 5_001), 422),
    "duplicate": (admission.refuse_duplicate(replace(FINE, repeat=Repeat.YES)), 409),
    "too-fast": (admission.refuse_fast_sender(replace(FINE, last_by_sender=NOW)), 429),
    "busy-network": (admission.refuse_busy_network(replace(FINE, nth_in_network=NOW)), 429),
    "too-late": (admission.refuse_late_edit(is_editable=False), 409),
}


@pytest.mark.parametrize("code", admission.Code)
def test_every_refusal_has_a_code_a_status_and_a_sentence(code):
    refusal, status = REFUSALS[code]
    assert (refusal.code, refusal.status) == (code, status)
    assert refusal.message.endswith(".")
    assert (refusal.retry_after is not None) == (status == 429)


@pytest.mark.parametrize(
    ("field", "most"), [("body", 5_000), ("name", 100), ("email", 254), ("url", 300)]
)
def test_what_is_too_long_is_refused_with_both_numbers(field, most):
    assert admission.refuse_length(field, most) is None
    words = admission.refuse_length(field, most + 1).message
    assert f"at most {most:,} characters" in words.lower() and f" has {most + 1:,}." in words


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (65_536, None),
        (65_537, "Your text is below."),
        (2_500_000, "Your text is below."),
        (2_500_001, "Go back: your browser has the text."),
    ],
)
def test_what_is_too_large_says_where_the_text_is(length, said):
    refusal = admission.refuse_too_large(length)
    assert (refusal is None) == (said is None)
    assert refusal is None or refusal.message.endswith(said)


@pytest.mark.parametrize(
    ("age", "days", "found"),
    [(14, 14, False), (14.01, 14, True), (13, 14, False), (9_999, 0, False), (-1, 1, False)],
)
def test_a_post_is_too_old_after_the_days_of_the_policy(age, days, found):
    assert admission.is_too_old(timedelta(days=age), days) is found


@pytest.mark.parametrize(
    ("ago", "left"),
    [
        (0, 15),
        (0.2, 15),
        (1, 14),
        (14, 1),
        (14.999, 1),
        (15, None),
        (16, None),
        (-2, 15),
        (-15, None),
    ],
)
def test_the_seconds_left_are_rounded_up(ago, left):
    facts = replace(FINE, last_by_sender=NOW - timedelta(seconds=ago))
    refusal = admission.refuse_sending(facts)
    assert (refusal and refusal.retry_after) == left


def test_the_seconds_are_in_the_words():
    facts = replace(FINE, last_by_sender=NOW - timedelta(seconds=3))
    words = admission.refuse_sending(facts).message
    assert words == "You can send it in 12 seconds. Your text is below."
    facts = replace(FINE, last_by_sender=NOW - timedelta(seconds=14))
    assert admission.refuse_sending(facts).message.startswith("You can send it in 1 second.")


def test_a_long_wait_is_said_in_minutes():
    facts = replace(FINE, nth_in_network=NOW - timedelta(seconds=15))
    words = admission.refuse_sending(facts).message
    assert words == "You can send it in 10 minutes. Your text is below."
    assert admission.duration(119) == "119 seconds" and admission.duration(120) == "2 minutes"


@pytest.mark.parametrize("hours", [1, 24 * 365])
def test_a_clock_that_was_set_back_makes_nobody_wait_for_hours(hours):
    future = NOW + timedelta(hours=hours)
    assert admission.refuse_sending(replace(FINE, last_by_sender=future)) is None
    assert admission.refuse_sending(replace(FINE, nth_in_network=future)) is None
    assert admission.refuse_busy_reporter(NOW, future) is None
    assert admission.refuse_busy_asker(NOW, future) is None


def test_a_pause_of_nothing_refuses_nothing():
    assert admission.refuse_sending(replace(FINE, last_by_sender=NOW, seconds_between=0)) is None


def test_a_busy_network_waits_until_its_tenth_is_10_minutes_old():
    facts = replace(FINE, nth_in_network=NOW - timedelta(minutes=9))
    assert admission.refuse_sending(facts).retry_after == 60
    facts = replace(FINE, nth_in_network=NOW - timedelta(minutes=10))
    assert admission.refuse_sending(facts) is None


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "believed"),
    [
        (0, "203.0.113.7", None, "203.0.113.7"),
        (0, "8.8.8.8", "198.51.100.1", "8.8.8.8"),
        (0, "127.0.0.1", "198.51.100.1", None),
        (0, "10.0.0.5", "198.51.100.1", None),
        (0, "::1", "198.51.100.1", None),
        (0, "::ffff:10.0.0.5", "198.51.100.1", None),
        (0, "", "198.51.100.1", None),
        (0, "127.0.0.1", None, "127.0.0.1"),
        (0, "", None, None),
        (0, "::ffff:8.8.8.8", None, "8.8.8.8"),
        (0, "2001:DB8::0:1", None, "2001:db8::1"),
        (0, "fe80::1%eth0", None, "fe80::1"),
        (1, "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (1, "127.0.0.1", " [2001:db8::1] ", "2001:db8::1"),
        (1, "127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "127.0.0.1", None, None),
        (1, "127.0.0.1", "unknown", None),
        (1, "127.0.0.1", "198.51.100.1, <script>", None),
        (2, "127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.5", "198.51.100.1"),
        (2, "127.0.0.1", "198.51.100.1", None),
    ],
)
def test_the_address_that_is_believed(settings, proxies, address, forwarded, believed):
    settings.TRUSTED_PROXIES = proxies
    meta = {"REMOTE_ADDR": address}
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded
    assert origin.client_ip(meta) == believed


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "hides"),
    [
        (0, "127.0.0.1", "198.51.100.1", True),
        (0, "", "198.51.100.1", True),
        (0, "8.8.8.8", "198.51.100.1", False),
        (0, "127.0.0.1", "", False),
        (1, "127.0.0.1", "198.51.100.1", False),
    ],
)
def test_a_proxy_that_nobody_announced_is_noticed(settings, proxies, address, forwarded, hides):
    settings.TRUSTED_PROXIES = proxies
    meta = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forwarded}
    assert origin.hides_address(meta) is hides


def test_no_cookie_and_no_password_is_told_of_a_browser():
    meta = {"HTTP_COOKIE": "a=b", "HTTP_AUTHORIZATION": "x", "HTTP_ACCEPT": "text/html" * 100}
    told = {"HTTP_ACCEPT": ("text/html" * 100)[:500], "REQUEST_URI": "/2026/11/tram/comments/"}
    assert origin.headers(meta, "/2026/11/tram/comments/") == told


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("", True),
        (" \n", True),
        ("\u200b\u202e", True),
        *((char, True) for char in "\u3000\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b"),
        *((char, True) for char in "\u200e\u202e\u2060\u2800\u3164\ufe0f\ufeff\uffa0\U000e0020"),
        ("\u3164\u2800 \u202e", True),
        ("\u0301", True),
        ("e\u0301", False),
        ("\u202eא", False),
        (".", False),
        ("電", False),
        ("👋", False),
    ],
)
def test_what_nobody_would_see_is_blank(text, blank):
    assert is_blank(text) is blank
