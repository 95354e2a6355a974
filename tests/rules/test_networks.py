"""Which networks a policy may shut out."""

import pytest

from comments.rules.networks import problem


@pytest.mark.parametrize(
    "line",
    [
        "203.0.113.7",
        "203.0.113.0/24",
        "203.0.113.9/24",
        "8.0.0.0/8",
        "192.167.255.255",
        "172.32.0.0/12",
        "2001:db8::/32",
        "2001:db8:5::7",
        "2a00::/16",
    ],
)
def test_what_is_far_away_may_be_shut_out(line):
    assert problem(line) == ""


@pytest.mark.parametrize("line", ["0.0.0.0/0", "8.0.0.0/7", "::/0", "2000::/15", "128.0.0.0/1"])
def test_what_is_too_wide_is_refused(line):
    assert problem(line).startswith(f"“{line}” is too wide: at most /")


@pytest.mark.parametrize(
    "line",
    [
        "127.0.0.1",
        "10.0.0.0/8",
        "10.1.2.3",
        "192.168.1.0/24",
        "192.160.0.0/11",
        "172.16.0.1",
        "169.254.1.1",
        "100.64.0.0/10",
        "::1",
        "fe80::1",
        "fd00::/16",
    ],
)
def test_what_is_private_is_refused(line):
    assert problem(line) == f"“{line}” is private: this server, its proxy or your own house."


@pytest.mark.parametrize("line", ["nonsense", "203.0.113", "203.0.113.0/33", "203.0.113.0-9", "/8"])
def test_what_is_no_network_is_refused(line):
    assert problem(line) == f"“{line}” is not an address or a network."


def test_a_long_line_is_shown_in_part():
    assert problem("x" * 200) == f"“{'x' * 50}” is not an address or a network."
