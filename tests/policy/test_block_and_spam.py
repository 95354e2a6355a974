"""Blocking somebody in one page: what waits from there goes to Spam with it; and the way back."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Role
from blog.transactions import DatabaseBusy
from comments import dates
from comments.models import Comment, Decision, Policy, PolicyChange
from tests.factories import make_comment, make_post, make_user
from tests.pages import field, hidden_fields, hrefs, html, words
from tests.policy.test_block import TROLL, address

pytestmark = pytest.mark.django_db


def trolls(count: int, **fields) -> list[Comment]:
    earlier = timezone.now() - timedelta(minutes=5)
    fields = {"author_email": TROLL, "submitted_at": earlier} | fields
    return [make_comment(**fields) for _n in range(count)]


def statuses(comments) -> list[str]:
    return [Comment.objects.get(pk=comment.pk).status for comment in comments]


def press(mo, comment, kind="author", **ticked):
    fields = hidden_fields(mo.get(address(comment, kind)))
    return mo.post(address(comment, kind), fields | ticked)


def undo(mo):
    batch = field(mo.get("/moderation/"), "batch")
    return mo.post("/moderation/undo/", {"batch": batch})


def test_one_press_blocks_the_author_and_marks_what_waits_as_spam(mo):
    waiting, other = trolls(3), make_comment()
    (public,) = trolls(1, status="approved")
    page = mo.get(address(waiting[0], "author"))
    assert "Also mark the 3 waiting comments from troll@example.net as spam" in words(page)
    assert not re.search(r'name="spam"[^>]* checked', html(page)), "off by default"
    assert "Not touched: 1 published comment ." in words(page)
    assert "/moderation/?tab=approved&author=troll%40example.net" in hrefs(page)

    assert press(mo, waiting[0], spam="1").status_code == 303
    assert Policy.stored().addresses == "troll@example.net"
    assert statuses([*waiting, public, other]) == ["spam"] * 3 + ["approved", "pending"]
    assert Decision.objects.exclude(batch=None).values("batch").distinct().count() == 1
    page = words(mo.get("/moderation/"))
    assert "Blocked: troll@example.net. Comments from there go to Spam from now on." in page
    assert "3 comments marked as spam. Undo takes these back; the line in the policy stays." in page


def test_one_undo_takes_all_of_them_back(mo):
    waiting = trolls(3)
    press(mo, waiting[0], spam="1")
    assert undo(mo).status_code == 303
    assert statuses(waiting) == ["pending"] * 3
    assert Policy.stored().addresses == "troll@example.net"


def test_without_the_tick_nothing_that_is_here_changes(mo):
    waiting = trolls(2)
    assert press(mo, waiting[0]).status_code == 303
    assert statuses(waiting) == ["pending"] * 2
    assert "marked as spam" not in words(mo.get("/moderation/"))


def test_where_nothing_waits_nothing_is_offered(mo):
    (comment,) = trolls(1, status="spam")
    page = mo.get(address(comment, "author"))
    assert 'name="spam"' not in html(page) and "published" not in words(page).split("Spam;")[0]
    assert press(mo, comment, spam="1").status_code == 303
    assert Policy.stored().addresses == "troll@example.net"


@pytest.mark.parametrize(
    ("line", "expected"),
    [("203.0.113.7", ["spam", "spam", "pending"]), ("203.0.113.0/24", ["spam"] * 3)],
)
def test_of_a_network_what_waits_from_the_chosen_line_goes(mo, line, expected):
    found = [*trolls(2, ip="203.0.113.7"), *trolls(1, ip="203.0.113.9")]
    apart = make_comment(ip="203.0.114.7", network="203.0.114.0/24")
    page = words(mo.get(address(found[0], "network")))
    assert "as spam (203.0.113.7: 2, 203.0.113.0/24: 3)" in page
    assert press(mo, found[0], "network", line=line, spam="1").status_code == 303
    assert statuses([*found, apart]) == [*expected, "pending"]


def test_of_an_address_that_was_cut_all_from_its_network_go(mo):
    found = trolls(2, ip=None)
    press(mo, found[0], "network", line="203.0.113.0/24", spam="1")
    assert statuses(found) == ["spam"] * 2


def test_what_came_or_was_edited_after_the_page_was_opened_is_left(mo):
    waiting = trolls(2)
    before = dates.stamp(timezone.now() - timedelta(minutes=1))
    (late,) = trolls(1, submitted_at=timezone.now())
    Comment.objects.filter(pk=waiting[1].pk).update(edited_at=timezone.now())
    mo.post(address(waiting[0], "author"), {"spam": "1", "before": before})
    assert statuses([*waiting, late]) == ["spam", "pending", "pending"]
    page = words(mo.get("/moderation/"))
    assert "1 comment marked as spam." in page and "Left unchanged" in page


def test_pressed_twice_it_does_it_once_and_says_so_twice(mo):
    waiting = trolls(2)
    fields = hidden_fields(mo.get(address(waiting[0], "author")))
    for _press in range(2):
        assert mo.post(address(waiting[0], "author"), fields | {"spam": "1"}).status_code == 303
        assert "2 comments marked as spam." in words(mo.get("/moderation/"))
    assert PolicyChange.objects.count() == 1
    assert Decision.objects.filter(batch=fields["batch"]).count() == 2


@pytest.mark.parametrize("kind", ["author", "network"])
def test_where_the_database_is_busy_neither_is_done_and_the_next_press_does_both(
    mo, monkeypatch, kind
):
    waiting = trolls(2)

    def busy(*_args, **_more):
        raise DatabaseBusy

    line = {"line": "203.0.113.0/24"} if kind == "network" else {}
    with monkeypatch.context() as patch, pytest.raises(DatabaseBusy):
        patch.setattr(Comment, "decide", busy)
        press(mo, waiting[0], kind, spam="1", **line)
    policy = Policy.stored()
    assert (policy.addresses, policy.networks, statuses(waiting)) == ("", "", ["pending"] * 2)
    assert press(mo, waiting[0], kind, spam="1", **line).status_code == 303
    policy = Policy.stored()
    assert policy.addresses or policy.networks
    assert statuses(waiting) == ["spam"] * 2


BY_COLLEAGUE = [
    ("author", "addresses", "TROLL@example.net", {}),
    ("network", "networks", "203.0.113.0/24", {"line": "203.0.113.7"}),
]


@pytest.mark.parametrize(("kind", "name", "line", "sent"), BY_COLLEAGUE)
def test_what_waits_goes_also_where_a_colleague_blocked_them_meanwhile(mo, kind, name, line, sent):
    waiting = trolls(2)
    fields = hidden_fields(mo.get(address(waiting[0], kind)))
    Policy.add_line(name, line, by=None)
    sent = fields | sent | {"spam": "1"}
    for _press in range(2):
        assert mo.post(address(waiting[0], kind), sent).status_code == 303
    assert statuses(waiting) == ["spam"] * 2 and getattr(Policy.stored(), name) == line
    assert Decision.objects.filter(batch=fields["batch"]).count() == 2
    assert undo(mo).status_code == 303 and statuses(waiting) == ["pending"] * 2


@pytest.mark.parametrize(("kind", "name", "line", "sent"), BY_COLLEAGUE)
def test_the_answer_says_that_they_were_blocked_already(mo, kind, name, line, sent):
    waiting, before = trolls(1), timezone.now()
    Policy.add_line(name, line, by=None)
    sent = sent | {"spam": "1", "before": dates.stamp(before)}
    assert mo.post(address(waiting[0], kind), sent).status_code == 303
    said = words(mo.get("/moderation/"))
    assert "Blocked already: " in said and "1 comment marked as spam." in said
    assert "Blocked: " not in said.replace("Blocked: it stands", "")
    again = mo.post(address(waiting[0], kind), sent)
    assert again.status_code == 409 and "is blocked already. Nothing was changed." in words(again)


@pytest.mark.parametrize(
    "sent", [{"batch": "x"}, {"before": "x"}, {"before": "2099-01-01T00:00:00Z"}]
)
def test_what_is_not_understood_changes_nothing(mo, sent):
    waiting = trolls(1)
    response = mo.post(address(waiting[0], "author"), {"spam": "1"} | sent)
    assert response.status_code == 422
    assert statuses(waiting) == ["pending"] and Policy.stored().addresses == ""


def test_the_batch_of_a_colleague_is_refused(mo):
    waiting, edith = trolls(2), make_user(Role.EDITOR)
    done = Comment.decide({waiting[0].public_id: waiting[0].version}, "trash", by=edith)
    sent = {"spam": "1", "batch": str(done.batch)}
    assert mo.post(address(waiting[1], "author"), sent).status_code == 422
    assert statuses(waiting) == ["trash", "pending"] and Policy.stored().addresses == ""


@pytest.mark.parametrize("kind", ["author", "network"])
def test_the_page_asks_as_often_however_much_waits(mo, kind):
    (comment,) = trolls(1)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            mo.get(address(comment, kind))
        return len(found)

    queries()
    before = queries()
    trolls(20)
    queries()
    assert queries() == before <= 10


# The way back


def block_both(mo) -> Comment:
    (comment,) = trolls(1)
    press(mo, comment)
    press(mo, comment, "network", line="203.0.113.0/24")
    return comment


def test_a_card_of_somebody_blocked_says_so_and_leads_to_the_line(mo):
    block_both(mo)
    page = mo.get("/moderation/")
    ways = [href for href in hrefs(page) if href.endswith("#line")]
    assert ways == [
        "/moderation/policy/?addresses=troll%40example.net#line",
        "/moderation/policy/?networks=203.0.113.0/24#line",
    ]
    for way, line in zip(ways, ("troll@example.net", "203.0.113.0/24"), strict=True):
        said = words(mo.get(way))
        assert f"{line} Blocked: it stands among the" in said
        assert re.search(r"Mo Derator added it on \d+ \w+ \d{4}, \d\d:\d\d\.", said)


def test_so_does_the_page_that_would_block_again(mo):
    comment = block_both(mo)
    page = mo.get(address(comment, "author"))
    assert "This author is blocked already." in words(page)
    assert "/moderation/policy/?addresses=troll%40example.net#line" in hrefs(page)


def test_from_the_line_one_press_unblocks_and_leads_back(mo):
    block_both(mo)
    way = "/moderation/policy/?addresses=troll%40example.net"
    page = mo.get(way, headers={"Referer": "http://testserver/moderation/?tab=spam"})
    form = html(page).split('action="/moderation/policy/unblock/"')[1]
    fields = dict(re.findall(r'name="(list|line|next)" value="([^"]*)"', form))
    Policy.add_line("addresses", "other@example.org", by=None)
    response = mo.post("/moderation/policy/unblock/", fields)
    assert (response.status_code, response["Location"]) == (303, "/moderation/?tab=spam")
    assert Policy.stored().addresses == "other@example.org"
    assert PolicyChange.objects.first().changes == {"addresses": [["troll@example.net"], []]}
    page = words(mo.get("/moderation/"))
    assert "Unblocked: troll@example.net. Comments from there wait like all others." in page
    assert "Author blocked" not in page and "Network blocked" in page


def test_a_line_is_found_in_whatever_case_somebody_wrote_it(mo):
    Policy.change({"addresses": "TROLL@example.net\nTroll@Example.net"}, by=None)
    trolls(1)
    (way,) = [href for href in hrefs(mo.get("/moderation/")) if href.endswith("#line")]
    assert "TROLL@example.net Blocked: it stands among the" in words(mo.get(way))
    mo.post("/moderation/policy/unblock/", {"list": "addresses", "line": "TROLL@example.net"})
    assert Policy.stored().addresses == ""


def test_a_line_that_is_gone_is_said_to_be_gone(mo):
    assert "It is not in the policy any more." in words(mo.get("/moderation/policy/?networks=x"))
    sent = {"list": "networks", "line": "203.0.113.7"}
    assert mo.post("/moderation/policy/unblock/", sent).status_code == 303
    assert "203.0.113.7 is not in the policy any more." in words(mo.get("/moderation/"))


@pytest.mark.parametrize(
    "sent", [{}, {"list": "pk", "line": "1"}, {"list": "networks", "line": " "}]
)
def test_nothing_else_of_the_policy_is_taken_out_there(mo, sent):
    assert mo.post("/moderation/policy/unblock/", sent).status_code == 422


def test_who_may_not_change_the_policy_is_told_and_not_led_there(client):
    author = make_user(Role.AUTHOR)
    make_comment(make_post(author=author), author_email=TROLL)
    Policy.add_line("addresses", "troll@example.net", by=None)
    client.force_login(author)
    page = client.get("/moderation/")
    assert "Author blocked" in words(page) and "#line" not in html(page)
    sent = {"list": "addresses", "line": "troll@example.net"}
    assert client.post("/moderation/policy/unblock/", sent).status_code == 403
    assert Policy.stored().addresses == "troll@example.net"


def test_the_queue_asks_as_often_with_many_blocked(mo):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            mo.get("/moderation/")
        return len(found)

    trolls(1)
    queries()
    before = queries()
    Policy.add_line("addresses", "troll@example.net", by=None)
    trolls(10)
    queries()
    assert queries() == before
