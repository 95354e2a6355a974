"""Blocking an author or a network from a card: said before, done by one line, taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Policy, PolicyChange
from comments.policy import block
from comments.rules.holding import Facts, Rules, first_decision, matching_network
from tests.factories import (
    edit_as_author,
    make_comment,
    make_post,
    make_user,
    moderator,
    send_comment,
)
from tests.pages import html, words

pytestmark = pytest.mark.django_db

TROLL = "Troll@Example.net"


def troll(**fields) -> Comment:
    """An hour ago: nobody writes too fast."""
    earlier = timezone.now() - timedelta(hours=1)
    return make_comment(author_email=TROLL, submitted_at=earlier, **fields)


def address(comment, kind: str) -> str:
    return f"/moderation/{comment.public_id}/block/{kind}/"


def from_ip(ip, network, **fields) -> Comment:
    return make_comment(ip=ip, network=network, **fields)


# What it says before


def test_the_page_says_what_it_would_do(mo):
    comment = make_comment(author_email=TROLL)
    make_comment(author_email=TROLL.lower(), status="approved")
    make_comment(author_email=TROLL, submitted_at=timezone.now() - timedelta(days=31))
    page = words(mo.get(address(comment, "author")))
    assert "every comment sent with the e-mail address troll@example.net goes to Spam" in page
    assert "2 comments of the last 30 days would have gone to Spam; published: 1." in page
    assert "Nothing is dropped: you can still publish it." in page
    assert "Comments that are here already do not change" in page
    assert "To take it back, take the line out of the Policy" in page
    assert Policy.stored().addresses == ""


def test_of_a_network_it_says_so_for_each_line(mo):
    comment = make_comment(status="spam")
    from_ip("203.0.113.9", "203.0.113.0/24")
    from_ip("203.0.114.9", "203.0.114.0/24")
    page = words(mo.get(address(comment, "network")))
    assert "203.0.113.7: this IP address alone 1 comment of the last 30 days" in page
    assert "203.0.113.0/24: 256 IP addresses, also those of neighbours 2 comments of" in page
    assert 'value="203.0.113.7" id="block-line_0" checked' in html(
        mo.get(address(comment, "network"))
    ).replace(" required", "")


def test_the_count_is_bounded_and_says_so(mo, monkeypatch):
    monkeypatch.setattr(block, "MOST_COUNTED", 2)
    comment = make_comment(author_email=TROLL)
    for _n in range(3):
        make_comment(author_email=TROLL)
    for kind in ("author", "network"):
        page = words(mo.get(address(comment, kind)))
        assert (
            "Of more than 10,000 comments of the last 30 days, at least 2 would have gone to Spam."
            in page
        )


def test_of_ipv6_the_line_and_the_customer_are_offered(mo):
    comment = from_ip("2001:db8:5:1::7", "2001:db8:5::/48")
    from_ip("2001:db8:5:2::7", "2001:db8:5::/48")
    page = words(mo.get(address(comment, "network")))
    assert "2001:db8:5:1::/64: one line of one household or office 1 comment of" in page
    assert "2001:db8:5::/48: all lines of one customer 2 comments of" in page


def test_of_an_address_that_was_cut_only_its_network_is_offered(mo):
    comment = make_comment(ip=None)
    page = words(mo.get(address(comment, "network")))
    assert "203.0.113.0/24: 256 IP addresses" in page and "alone" not in page


# What it does


def test_an_author_is_blocked_and_the_change_recorded(mo):
    Policy.change({"addresses": "other@example.org"}, by=None)
    comment = make_comment(author_email=TROLL)
    response = mo.post(address(comment, "author"))
    assert (response.status_code, response["Location"]) == (
        303,
        f"/moderation/#comment-{comment.public_id}",
    )
    assert Policy.stored().addresses == "other@example.org\ntroll@example.net"
    change = PolicyChange.objects.first()
    assert change.by == moderator()
    assert change.changes == {"addresses": [[], ["troll@example.net"]]}
    row = Comment.objects.get(pk=comment.pk)
    assert (row.status, row.version) == ("pending", 1)
    page = words(mo.get("/moderation/"))
    assert "Blocked: troll@example.net. Comments from there go to Spam from now on." in page
    assert "Author blocked" in page
    assert "added “troll@example.net”" in words(mo.get("/moderation/policy/"))


def test_what_the_author_sends_next_goes_to_spam_with_the_reason(akismet, mo):
    comment = troll()
    mo.post(address(comment, "author"))
    post = make_post()
    response = send_comment(Client(), post, email="TROLL@example.NET", body="Me again.")
    assert response.status_code == 303
    made = Comment.objects.get(body="Me again.")
    assert (made.status, made.held_because) == ("spam", [["author", "troll@example.net"]])
    assert made.next_check_at  # Akismet is asked all the same
    assert made.decisions.get().reason == "author"
    page = words(mo.get("/moderation/?tab=spam"))
    assert "with the e-mail address troll@example.net (blocked by the policy)" in page
    assert "<mark>TROLL@example.NET</mark>" in html(mo.get("/moderation/?tab=spam"))
    mo.post("/moderation/decide/", {"verb": "approve", "row": f"{made.public_id}.{made.version}"})
    assert Comment.objects.get(pk=made.pk).status == "approved"


def test_who_is_told_nothing_but_the_ordinary_words(mo):
    mo.post(address(troll(), "author"))
    reader = Client()
    response = send_comment(reader, make_post(), email=TROLL)
    assert "Saved, but our spam filter set it aside." in words(reader.get(response["Location"]))


def test_an_edit_by_the_blocked_author_goes_to_spam(mo):
    comment = make_comment(author_email=TROLL)
    mo.post(address(comment, "author"))
    facts = Facts("Troll", TROLL, "", "Other words.")
    edit_as_author(comment, facts, Policy.stored().rules)
    assert Comment.objects.get(pk=comment.pk).status == "spam"


@pytest.mark.parametrize(
    ("line", "hits", "misses"),
    [
        ("203.0.113.7", ["203.0.113.7"], ["203.0.113.8"]),
        ("203.0.113.0/24", ["203.0.113.7", "203.0.113.200"], ["203.0.114.7"]),
    ],
)
def test_a_network_is_blocked(mo, line, hits, misses):
    comment = make_comment()
    assert mo.post(address(comment, "network"), {"line": line}).status_code == 303
    assert Policy.stored().networks == line
    assert PolicyChange.objects.get().by == moderator()
    rules = Policy.stored().rules
    for ip in hits:
        assert first_decision(Facts("A", "a@b.example", "", "x", ip=ip), rules)[0] == "spam"
    for ip in misses:
        assert first_decision(Facts("A", "a@b.example", "", "x", ip=ip), rules)[0] == "pending"
    assert "Network blocked" in words(mo.get("/moderation/"))


def test_taken_out_of_the_policy_it_ends(mo):
    comment = troll()
    mo.post(address(comment, "author"))
    Policy.change({"addresses": ""}, by=moderator())
    assert "Author blocked" not in words(mo.get("/moderation/"))
    send_comment(Client(), make_post(), email=TROLL, body="Me again.")
    assert Comment.objects.get(body="Me again.").status == "pending"


# What it never does


@pytest.mark.parametrize(
    ("ip", "network", "said"),
    [
        (None, "", "Its IP address is unknown."),
        ("127.0.0.1", "127.0.0.0/24", "“127.0.0.1” is private"),
        ("10.1.2.3", "10.1.2.0/24", "“10.1.2.3” is private"),
        ("192.168.1.9", "192.168.1.0/24", "“192.168.1.9” is private"),
        ("::1", "::/48", "is private"),
        ("fd00::7", "fd00::/48", "is private"),
        ("fe80::7", "fe80::/48", "is private"),
    ],
)
def test_a_private_or_unknown_address_is_never_blocked(mo, ip, network, said):
    comment = from_ip(ip, network)
    assert said in words(mo.get(address(comment, "network")))
    for line in filter(None, (ip, network, "203.0.113.0/24")):
        assert mo.post(address(comment, "network"), {"line": line}).status_code == 409
    assert Policy.stored().networks == ""


@pytest.mark.parametrize("line", ["", "203.0.0.0/16", "203.0.113.0/23", "198.51.100.1", "x", "0/0"])
def test_only_what_was_offered_can_be_chosen(mo, line):
    response = mo.post(address(make_comment(), "network"), {"line": line})
    assert response.status_code == 422
    assert "errorlist" in html(response)
    assert Policy.stored().networks == ""


def test_never_ones_own_network_nor_that_of_the_proxy(mo, settings):
    comment = make_comment()
    mine = {"REMOTE_ADDR": "203.0.113.7"}
    said = "You, or the proxy of this site, have an IP address in this network."
    assert said in words(mo.get(address(comment, "network"), **mine))
    response = mo.post(address(comment, "network"), {"line": "203.0.113.7"}, **mine)
    assert response.status_code == 409
    neighbour = {"REMOTE_ADDR": "203.0.113.8"}
    page = words(mo.get(address(comment, "network"), **neighbour))
    assert "203.0.113.7: this IP address alone" in page and "203.0.113.0/24" not in page
    settings.TRUSTED_PROXIES = 2
    behind = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.4, 203.0.113.7"}
    assert said in words(mo.get(address(comment, "network"), **behind))
    assert Policy.stored().networks == ""


def test_never_ones_own_address_nor_that_of_a_colleague(mo):
    colleague = make_user(Role.EDITOR, email="Edith@example.org")
    for email, said in (
        (moderator().email.upper(), "This is your own e-mail address."),
        (colleague.email.lower(), "This is the e-mail address of somebody who works here."),
        ("", "There is no e-mail address with this comment."),
    ):
        comment = make_comment(author_email=email)
        assert said in words(mo.get(address(comment, "author")))
        assert mo.post(address(comment, "author")).status_code == 409
    assert Policy.stored().addresses == ""


def test_who_is_blocked_already_is_not_blocked_twice(mo):
    comment = make_comment(author_email=TROLL)
    for kind, sent, said in (
        ("author", {}, "This author is blocked already."),
        ("network", {"line": "203.0.113.0/24"}, "This network is blocked already."),
    ):
        assert mo.post(address(comment, kind), sent).status_code == 303
        response = mo.post(address(comment, kind), sent)
        assert response.status_code == 409 and said in words(response)
    assert PolicyChange.objects.count() == 2
    assert "Author blocked Network blocked" in words(mo.get("/moderation/"))


def test_a_full_list_says_so(mo):
    lines = "\n".join(f"a{n}@example.org" for n in range(5_000))
    Policy.change({"addresses": lines}, by=None)
    response = mo.post(address(make_comment(author_email=TROLL), "author"))
    page = words(response)
    assert response.status_code == 409 and "At most 5,000 lines." in page
    assert "Block the author" in page and "Block the network" not in page
    assert Policy.stored().addresses == lines


def test_a_line_that_is_refused_keeps_the_page_about_its_author(mo, monkeypatch):
    def refuse(name, line, *, by):
        raise ValidationError("At most 5,000 lines.")

    comment = make_comment(author_email=TROLL)
    for kind, heading in (("author", "Block the author"), ("network", "Block the network")):
        sent = {"line": "203.0.113.7"}
        assert heading in words(mo.get(address(comment, kind)))
        monkeypatch.setattr(Policy, "add_line", refuse)
        page = words(mo.post(address(comment, kind), sent))
        assert "At most 5,000 lines. Nothing was changed." in page
        assert page.count(heading) == 2, "title and heading"


def test_a_line_that_others_add_meanwhile_stays(mo):
    Policy.add_line("addresses", "first@example.org", by=None)
    stale = Policy.stored()
    Policy.add_line("addresses", "second@example.org", by=None)
    assert stale.addresses == "first@example.org"
    assert Policy.stored().addresses.split() == ["first@example.org", "second@example.org"]
    assert not Policy.add_line("addresses", "second@example.org", by=None)


# Who may


@pytest.mark.parametrize("kind", ["author", "network"])
def test_only_who_may_change_the_policy_sees_and_does_it(client, kind):
    author = make_user(Role.AUTHOR)
    comment = make_comment(make_post(author=author))
    assert client.post(address(comment, kind)).status_code == 403
    client.force_login(author)
    assert client.get(address(comment, kind)).status_code == 403
    assert client.post(address(comment, kind), {"line": "203.0.113.7"}).status_code == 403
    assert f"/{comment.public_id}/edit/" in html(client.get("/moderation/"))
    assert "/block/" not in html(client.get("/moderation/"))
    assert not Policy.objects.exists()


def test_there_is_no_block_of_nothing(mo):
    for kind in ("author", "network"):
        assert mo.post(f"/moderation/999999/block/{kind}/").status_code == 404


# The policy


@pytest.mark.parametrize("line", ["nobody", "@example.org", "a@b", "a b@example.org", "x" * 300])
def test_the_policy_takes_addresses_only(mo, line):
    page = mo.get("/moderation/policy/").context_data["form"].initial
    response = mo.post("/moderation/policy/", page | {"addresses": f"good@example.org\n{line}"})
    assert response.status_code == 422
    assert f"“{line[:50]}” is not an e-mail address." in words(response)


def test_try_it_knows_blocked_authors(mo):
    page = mo.get("/moderation/policy/").context_data["form"].initial
    tried = {"try": "1", "try-body": "Hello.", "try-email": TROLL, "addresses": TROLL}
    found = words(mo.post("/moderation/policy/", page | tried))
    assert "It would go to Spam." in found
    assert "troll@example.net is one of the e-mail addresses whose comments are spam." in found


# What it costs


def test_5000_networks_are_looked_through_at_once():
    lines = tuple(f"198.{n // 256}.{n % 256}.0/24" for n in range(5_000))
    rules = Rules(networks=(*lines, "2001:db8::/32", "nonsense", "203.0.113.0/24"))
    assert matching_network(rules.networks, "198.3.7.9") == "198.3.7.0/24"
    assert matching_network(rules.networks, "203.0.113.7") == "203.0.113.0/24"
    assert matching_network(rules.networks, "2001:db8::7") == "2001:db8::/32"
    assert (
        matching_network(rules.networks, "192.0.2.1")
        == matching_network(rules.networks, None)
        == ""
    )


@pytest.mark.parametrize("kind", ["author", "network"])
def test_it_asks_as_often_however_much_was_sent(mo, kind):
    comment = make_comment(author_email=TROLL)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            mo.get(address(comment, kind))
        return len(found)

    queries()
    before = queries()
    for _n in range(20):
        make_comment(author_email=TROLL)
    queries()
    assert queries() == before <= 10


@pytest.mark.parametrize("kind", ["author", "network"])
def test_the_count_is_served_by_an_index(mo, kind):
    comment = make_comment(author_email=TROLL)
    with CaptureQueriesContext(connection) as found:
        mo.get(address(comment, kind))
    (count,) = [q["sql"] for q in found if "LIMIT 10001" in q["sql"]]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + count)
            plan = " ".join(row[3] for row in cursor.fetchall())
        index = {"author": "comment_email", "network": "comment_network"}[kind]
        assert f"INDEX {index} " in plan
