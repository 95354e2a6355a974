"""`manage.py policy`: prints all, sets some, refuses what the form refuses."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from comments.models import Policy, PolicyChange

pytestmark = pytest.mark.django_db


def run(*values) -> list[str]:
    out = StringIO()
    call_command("policy", *values, stdout=out)
    return out.getvalue().splitlines()


def test_without_arguments_it_prints_all():
    assert run() == [
        *("hold_words=", "link_limit=2", "hold_after_days=0", "block_words=", "addresses="),
        "networks=",
        *("close_after_days=0", "depth=5", "seconds_between=15", "checks_an_hour=600"),
        *("spam_days=15", "trash_days=30"),
    ]
    assert not Policy.objects.exists()


def test_it_sets_what_is_named_and_leaves_the_rest():
    Policy.change({"depth": 3}, by=None)
    printed = run("link_limit=4", r"hold_words=casino\nfree = gratis", "networks=203.0.113.0/24")
    stored = Policy.stored()
    assert (stored.link_limit, stored.depth) == (4, 3)
    assert stored.hold_words.split("\n") == ["casino", "free = gratis"]
    assert r"hold_words=casino\nfree = gratis" in printed and "depth=3" in printed


def test_what_it_prints_can_be_given_back():
    run("link_limit=4", r"block_words=one\ntwo")
    printed = run()
    Policy.objects.all().delete()
    assert run(*printed) == printed


def test_it_is_recorded_as_a_command():
    run("link_limit=4")
    change = PolicyChange.objects.get()
    assert (change.who, change.changes) == ("A command", {"link_limit": [2, 4]})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["link_limit=x"], "link_limit: Enter a whole number."),
        (["depth=11"], "depth: Ensure this value is less than or equal to 10."),
        (["networks=0.0.0.0/0"], "networks: “0.0.0.0/0” is too wide"),
        (["link_limit=3", "networks=::1"], "networks: “::1” is private"),
        (["colour=red"], "There is no “colour”: hold_words, link_limit"),
        (["link_limit"], "“link_limit” is not name=value."),
        (["link_limit="], "link_limit: This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_set(values, said):
    with pytest.raises(CommandError) as error:
        run(*values)
    assert said in str(error.value)
    assert error.value.returncode == 1
    assert not Policy.objects.exists()
