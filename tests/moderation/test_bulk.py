"""Act on many: what is alike in one tab, counted, shown, decided as one batch, and left alone."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Role
from comments import dates
from comments.models import Comment, Decision
from comments.moderation.revise import revise
from comments.queue import selection
from comments.rules import links
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import field, hidden_fields, html, link, words

pytestmark = pytest.mark.django_db
MANY = "/moderation/many/"


def stamp(**ago) -> str:
    return dates.stamp(timezone.now() - timedelta(**ago))


def act(client, verb="spam", **fields):
    fields.setdefault("before", stamp())
    return client.post(MANY, {"verb": verb, "tab": "pending", **fields})


def look(client, **fields):
    return client.get(MANY, {"tab": "pending", **fields})


def status_of(comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


def ids_of(response) -> list[int]:
    listed = html(response).partition('class="many"')[2].partition("</ol>")[0]
    return [int(pk) for pk in re.findall(r"/moderation/(\d+)/history/", listed)]


ALIKE = [
    ({"author_email": "Spam@Example.net"}, {"author": "spam@example.NET"}),
    ({"network": "198.51.100.0/24"}, {"network": "198.51.100.0/24"}),
    ({"network": "198.51.100.0/24"}, {"network": "198.51.100.77"}),
    ({"network": "2001:db8:1::/48"}, {"network": "2001:db8:1:2::7"}),
    ({"body": "Buy  it\nNOW."}, {"text": Comment.text_digest_of("buy it now.")}),
    ({"body": "See https://Spam.example/x?a=1&b=2 now"}, {"link": "spam.example"}),
    (
        {"body": "See https://spam.example/x?a=1&b=2 now"},
        {"link": "https://spam.example/x?a=1&b=2"},
    ),
    ({"author_url": "https://spam.example:8080/"}, {"link": "Spam.Example"}),
    ({"held_because": [["age", "9"], ["links", "2"]]}, {"reason": "links"}),
    ({"held_because": [["words", "Größe"]]}, {"reason": "words:Größe"}),
    ({"held_because": [["author", "a@b.example"]]}, {"reason": "author"}),
    ({"held_because": [["author", "a@b.example"]]}, {"reason": "author:a@b.example"}),
    ({"screened": "unavailable"}, {"reason": "not-checked"}),
    ({"check_error": "same-as-spam"}, {"reason": "same-as-spam"}),
]
UNLIKE = [
    ({"author_email": "spam@example.net.au"}, {"author": "spam@example.net"}),
    ({"network": "198.51.101.0/24"}, {"network": "198.51.100.0/24"}),
    ({"body": "Buy it later."}, {"text": Comment.text_digest_of("Buy it now.")}),
    ({"body": "See https://notspam.example/ now"}, {"link": "spam.example"}),
    ({"body": "See https://spam.example.org/ now"}, {"link": "spam.example"}),
    ({"body": "See https://other.example/?u=//spam.example/ now"}, {"link": "spam.example"}),
    ({"body": "spam.example is bad, //spam.example/ too"}, {"link": "spam.example"}),
    ({"body": "See https://spam.example/xy now"}, {"link": "https://spam.example/x"}),
    ({"held_because": [["words", '["links", ']]}, {"reason": "links"}),
    ({"held_because": [["author", "a@b.example.org"]]}, {"reason": "author:a@b.example"}),
    ({"held_because": [["words", "casino night"]]}, {"reason": "words:casino"}),
]


@pytest.mark.parametrize(("fields", "criterion"), ALIKE)
def test_what_is_alike_is_counted_shown_and_decided_in_one_batch(mo, fields, criterion):
    post = make_post()
    alike, other = [make_comment(post, **fields) for _n in range(2)], make_comment(post)
    page = look(mo, **criterion)
    assert "2 comments in Pending" in words(page)
    assert ids_of(page) == [comment.public_id for comment in reversed(alike)]
    response = act(mo, **criterion)
    assert (response.status_code, response["Location"]) == (303, "/moderation/?tab=pending")
    assert [*map(status_of, alike), status_of(other)] == ["spam", "spam", "pending"]
    rows = Decision.objects.filter(by=moderator(), new_status="spam", batch__isnull=False)
    assert (rows.count(), rows.values("batch").distinct().count()) == (2, 1)
    assert "2 comments marked as spam." in words(mo.get("/moderation/"))


@pytest.mark.parametrize(("fields", "criterion"), UNLIKE)
def test_what_only_looks_alike_is_left(mo, fields, criterion):
    comment = make_comment(**fields)
    assert "0 comments in Pending" in words(look(mo, **criterion))
    assert act(mo, **criterion).status_code == 409
    assert status_of(comment) == "pending"


def test_all_that_is_said_must_be_true(mo):
    post = make_post()
    both = make_comment(post, author_email="a@example.net", body="https://spam.example/")
    make_comment(post, author_email="a@example.net")
    make_comment(post, body="https://spam.example/")
    page = look(mo, author="a@example.net", link="spam.example", reason="")
    assert ids_of(page) == [both.public_id]
    assert "from the e-mail address a@example.net" in words(page)
    assert "with a link to spam.example" in words(page)


def test_nothing_is_touched_that_came_in_after_the_page_was_made(mo):
    post, alike = make_post(), {"author_email": "a@example.net"}
    hour = timezone.now() - timedelta(hours=1)
    old = make_comment(post, submitted_at=hour, **alike)
    Comment.objects.filter(pk=old.pk).update(status_at=hour)
    new = make_comment(post, **alike)
    # Sent long ago, but in this tab only since.
    back = make_comment(post, submitted_at=hour, status_at=timezone.now(), **alike)
    # Sent while the server's clock was ahead.
    ahead = make_comment(post, submitted_at=timezone.now() + timedelta(hours=1), **alike)
    before = stamp(minutes=30)
    assert ids_of(look(mo, author="a@example.net", before=before)) == [old.public_id]
    act(mo, author="a@example.net", before=before)
    assert [*map(status_of, (old, new, back, ahead))] == ["spam"] + ["pending"] * 3


def test_other_tabs_are_left(mo):
    post, alike = make_post(), {"author_email": "a@example.net"}
    made = [make_comment(post, status=status, **alike) for status in Comment.Status.values]
    act(mo, "trash", author="a@example.net")
    assert [*map(status_of, made)] == ["trash", "approved", "spam", "trash"]
    act(mo, "hold", author="a@example.net", tab="approved")
    assert [*map(status_of, made)] == ["trash", "pending", "spam", "trash"]


def test_what_a_colleague_decided_meanwhile_is_left_and_named(mo):
    post, alike = make_post(), {"author_email": "a@example.net"}
    first, second = (make_comment(post, **alike) for _n in range(2))
    before = stamp()
    Comment.objects.get(pk=first.pk).approve(by=make_user(Role.EDITOR, display_name="Ana Swift"))
    act(mo, author="a@example.net", before=before)
    assert [status_of(first), status_of(second)] == ["approved", "spam"]
    said = words(mo.get("/moderation/"))
    assert "1 comment marked as spam." in said and "Left unchanged" in said
    assert f"Ana Swift approved the comment by {first.author_name} at " in said


def test_ones_own_decisions_since_are_not_named(mo):
    post, alike = make_post(), {"body": "https://spam.example/"}
    first, _second = (make_comment(post, **alike) for _n in range(2))
    before = stamp()
    Comment.objects.get(pk=first.pk).approve(by=moderator())
    act(mo, link="spam.example", before=before)
    assert "Left unchanged" not in words(mo.get("/moderation/"))
    assert status_of(first) == "approved"


def test_where_others_took_all_nothing_is_changed_and_they_are_named(mo):
    comment = make_comment(author_email="a@example.net")
    before = stamp()
    Comment.objects.get(pk=comment.pk).approve(by=make_user(Role.EDITOR, display_name="Ana Swift"))
    response = act(mo, author="a@example.net", before=before)
    assert response.status_code == 409
    assert "Nothing is left to act on. Nothing was changed." in words(response)
    assert "Ana Swift approved the comment by " in words(response)


@pytest.mark.parametrize("column", ["edited_at", "revised_at"])
@pytest.mark.parametrize(
    "said", [{"author": "a@example.net"}, {"link": "spam.example"}, {"reason": "links"}]
)
def test_what_was_edited_meanwhile_is_left_and_named(mo, column, said):
    post, hour = make_post(), timezone.now() - timedelta(hours=1)
    alike = {
        "author_email": "a@example.net",
        "body": "https://spam.example/",
        "held_because": [["links", "2"]],
    }
    read = make_comment(post, **alike, **{column: hour})
    unread = make_comment(post, **alike)
    before = stamp()
    Comment.objects.filter(pk=unread.pk).update(**{column: timezone.now()}, version=2)
    assert ids_of(look(mo, before=before, **said)) == [read.public_id]
    assert act(mo, "approve", before=before, **said).status_code == 303
    assert [status_of(read), status_of(unread)] == ["approved", "pending"]
    told = words(mo.get("/moderation/"))
    assert "1 comment approved." in told
    assert (
        f"The comment by {unread.author_name} was edited by " in told and "Read it again." in told
    )
    # A page that is made now has it.
    assert ids_of(look(mo, **said)) == [unread.public_id]


def test_where_all_was_edited_nothing_is_changed_and_it_is_named(mo):
    comment, before = make_comment(author_email="a@example.net"), stamp()
    changed = {name: getattr(comment, name) for name in ("author_name", "author_url")}
    ana = make_user(Role.EDITOR, display_name="Ana Swift")
    assert revise(comment, {"body": "Other words.", **changed}, by=ana, seen=1)
    response = act(mo, "approve", author="a@example.net", before=before)
    assert (response.status_code, status_of(comment)) == (409, "pending")
    assert f"The comment by {comment.author_name} was edited by Ana Swift at " in words(response)


def test_of_many_lost_ones_only_some_are_named(mo, monkeypatch):
    monkeypatch.setattr("comments.queue.outcome_sentences.MOST_NAMED", 1)
    post = make_post()
    made = [make_comment(post, author_email="a@example.net") for _n in range(3)]
    before = stamp()
    Comment.decide({c.public_id: None for c in made}, "approve", by=make_user(Role.EDITOR))
    assert "And 2 more." in words(act(mo, author="a@example.net", before=before))


def test_it_is_taken_back_from_the_notice_and_from_what_i_did(mo):
    post = make_post()
    made = [make_comment(post, author_email="a@example.net") for _n in range(3)]
    act(mo, author="a@example.net")
    batch = field(mo.get("/moderation/"), "batch")
    assert f'id="batch-{batch}"' in html(mo.get("/moderation/done/"))
    assert "You marked 3 comments as spam." in words(mo.get("/moderation/done/"))
    mo.post("/moderation/undo/", {"batch": batch})
    assert {*map(status_of, made)} == {"pending"}


def test_at_most_so_many_at_a_time_the_newest_first_and_it_is_said(mo, monkeypatch):
    monkeypatch.setattr(selection, "MOST", 2)
    post = make_post()
    made = [make_comment(post, author_email="a@example.net") for _n in range(5)]
    page = words(look(mo, author="a@example.net"))
    assert "More than 10,000 comments in Pending" in page
    assert "10,000 at a time" in page
    act(mo, author="a@example.net")
    said = words(mo.get("/moderation/"))
    assert "2 comments marked as spam. There are more of them: act again for the next." in said
    assert [*map(status_of, made)] == ["pending"] * 3 + ["spam"] * 2


# Where no index helps


def test_where_no_index_helps_the_newest_are_looked_at_and_it_is_said(mo, monkeypatch):
    monkeypatch.setattr(selection, "READ", 2)
    post, now = make_post(), timezone.now()
    made = [
        make_comment(post, body="https://spam.example/", submitted_at=now - timedelta(minutes=n))
        for n in range(4)
    ]
    page = look(mo, link="spam.example")
    assert ids_of(page) == [made[0].public_id, made[1].public_id]
    assert "Only the newest 20,000 of this tab were looked at" in words(page)
    page = look(mo, link="spam.example", author=made[3].author_email)
    assert ids_of(page) == [made[3].public_id]
    assert "were looked at" not in words(page)


def linked(page, name: str) -> str:
    found = link(page, name)
    return MANY + found if found else ""


def test_from_the_newest_a_link_leads_on_to_the_last(mo, monkeypatch):
    monkeypatch.setattr(selection, "READ", 2)
    post, now = make_post(), timezone.now()
    made = [
        make_comment(post, body="https://spam.example/", submitted_at=now - timedelta(minutes=n))
        for n in range(5)
    ]
    first = look(mo, link="spam.example", before=stamp())
    assert not linked(first, "Back to the newest")
    second = mo.get(linked(first, "Look at the next 20,000"))
    assert ids_of(second) == [made[2].public_id, made[3].public_id]
    assert "The next 20,000 of this tab were looked at: those sent until " in words(second)
    last = mo.get(linked(second, "Look at the next 20,000"))
    assert ids_of(last) == [made[4].public_id]
    assert "The last of this tab were looked at: those sent until " in words(last)
    assert not linked(last, "Look at the next 20,000")
    assert ids_of(mo.get(linked(last, "Back to the newest"))) == [
        made[0].public_id,
        made[1].public_id,
    ]
    # The buttons act on what the page shows.
    assert mo.post(MANY, {"verb": "spam", **hidden_fields(second)}).status_code == 303
    assert [*map(status_of, made)] == ["pending"] * 2 + ["spam"] * 2 + ["pending"]


def test_to_an_author_the_newest_are_the_own(client, monkeypatch):
    monkeypatch.setattr(selection, "READ", 2)
    own = make_comment(body="https://spam.example/")
    for _n in range(3):
        make_comment(body="https://spam.example/")
    client.force_login(own.post.author)
    page = look(client, link="spam.example")
    assert ids_of(page) == [own.public_id]
    assert "were looked at" not in words(page)


def test_a_preview_shows_twenty_and_counts_the_rest(mo):
    post = make_post()
    for _n in range(23):
        make_comment(post, network="198.51.100.0/24", held_because=[["links", "2"]])
    page = look(mo, network="198.51.100.0/24")
    assert len(ids_of(page)) == 20
    assert "and 3 more" in words(page) and "2 links" in words(page)
    assert post.title in words(page)


def test_what_each_button_does_is_said_before_it_is_pressed(mo):
    make_comment(author_email="a@example.net")
    said = words(look(mo, author="a@example.net"))
    assert "Approve 1 comment appears to readers at once." in said
    assert "Spam 1 comment goes to Spam; a minute later Akismet is told" in said
    assert "Trash 1 comment goes to Trash; Akismet is told nothing." in said


# Bad input


BAD = [
    ({}, "Say what the comments have in common."),
    ({"author": " "}, "Say what the comments have in common."),
    ({"colour": "red"}, "There is no criterion “colour”."),
    ({"author": "a@example.net", "colour": "red"}, "There is no criterion “colour”."),
    ({"author": "nobody"}, "“nobody” is not an e-mail address."),
    ({"author": "a@" + "b" * 10_000}, "The search text is too long"),
    ({"author": "a@b\0c"}, "The search text is too long or contains invalid characters."),
    ({"network": "tram"}, "“tram” is not an IP address or a network."),
    ({"network": "10.0.0.0/8"}, "A network here is as wide as 10.0.0.0/24."),
    ({"link": "//x"}, "“//x” is neither a host"),
    ({"link": "%"}, "“%” is neither a host"),
    ({"link": "."}, "“.” is neither a host"),
    ({"link": ".."}, "“..” is neither a host"),
    ({"link": "spam."}, "“spam.” is neither a host"),
    ({"link": "https://["}, "“https://[” is neither a host"),
    ({"text": "x"}, "The text was not understood."),
    ({"reason": "weather"}, "There is no reason “weather”."),
    ({"reason": "links:many"}, "There is no reason “links:many”."),
    ({"author": "a@example.net", "tab": "drafts"}, "There is no tab “drafts” to act on."),
    ({"author": "a@example.net", "before": "noon"}, "The time of the page was not understood."),
    ({"author": "a@example.net", "before": "2026-01-01"}, "The time of the page was not underst"),
    ({"author": "a@example.net", "until": "noon"}, "The time of the page was not understood."),
    (
        {"author": "a@example.net", "before": "0001-01-01T00:00:00Z"},
        "The time of the page was not understood.",
    ),
    (
        {"author": "a@example.net", "until": "0001-01-01T00:00:00Z"},
        "The time of the page was not understood.",
    ),
    (
        {"author": "a@example.net", "before": "9999-12-31T23:59:59-14:00"},
        "The time of the page was not understood.",
    ),
    (
        {"author": "a@example.net", "before": "2999-01-01T00:00:00Z"},
        "That page was made later than it is now: the server's clock was set back.",
    ),
]


@pytest.mark.parametrize(("fields", "said"), BAD)
def test_what_is_not_understood_is_said_and_changes_nothing(mo, fields, said):
    comment = make_comment(author_email="a@example.net")
    response = act(mo, **fields)
    assert (response.status_code, status_of(comment)) == (422, "pending")
    assert said in words(response)
    if fields:
        response = look(mo, **fields)
        assert response.status_code == 422 and said in words(response)


def test_what_was_typed_comes_back(mo):
    page = html(look(mo, author="a@example.net", network="tram", reason="links"))
    assert 'name="author" maxlength="254" inputmode="email" dir="ltr" value="a@example.net"' in page
    assert 'value="tram"' in page
    assert '<option value="links" selected>' in page


def test_without_the_time_of_the_page_nothing_is_done(mo):
    comment = make_comment(author_email="a@example.net")
    response = act(mo, author="a@example.net", before="")
    assert (response.status_code, status_of(comment)) == (422, "pending")
    assert "The time of the page was not understood." in words(response)


@pytest.mark.parametrize("verb", ["", "publish", "hold", "restore", "decide"])
def test_a_verb_that_the_tab_has_not_is_not_understood(mo, verb):
    comment = make_comment(author_email="a@example.net")
    response = act(mo, verb, author="a@example.net")
    assert response.status_code == 422
    assert "That was not understood. Nothing was changed." in words(response)
    assert status_of(comment) == "pending"


@pytest.mark.parametrize("value", ["%", "_", "%%", "a_example.net", "'; DROP TABLE x; --"])
def test_signs_of_the_database_mean_nothing(mo, value):
    make_comment(author_email="aXexample.net@example.net", body="https://aXexample.net/")
    for name in ("link", "author", "reason", "network"):
        assert "1 comment in" not in words(look(mo, **{name: value}))


def test_a_stub_and_what_was_withdrawn_are_left(mo):
    post, alike = make_post(), {"network": "198.51.100.0/24"}
    withdrawn = make_comment(post, **alike)
    withdrawn.withdraw()
    assert act(mo, "approve", tab="trash", before=stamp(), **alike).status_code == 409
    assert status_of(withdrawn) == "trash"


# Rights, and what it costs


def test_an_author_acts_below_own_posts_alone(client):
    own, other = (make_comment(author_email="a@example.net") for _n in range(2))
    client.force_login(own.post.author)
    page = look(client, author="a@example.net")
    assert ids_of(page) == [own.public_id]
    act(client, author="a@example.net")
    assert [status_of(own), status_of(other)] == ["spam", "pending"]
    assert client.get(MANY, {"comment": other.public_id}).status_code == 404


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR])
def test_without_the_right_nothing_is_done(client, role):
    comment = make_comment(author_email="a@example.net")
    client.force_login(make_user(role))
    assert act(client, author="a@example.net").status_code == 403
    assert status_of(comment) == "pending"


def test_however_many_there_are_it_asks_as_often(mo):
    def ask(fields) -> int:
        mo.get(f"{MANY}?{urlencode(fields)}")
        with CaptureQueriesContext(connection) as queries:
            mo.get(f"{MANY}?{urlencode(fields)}")
        return len(queries)

    post, fields = make_post(), {"network": "198.51.100.0/24", "body": "https://spam.example/"}
    comment = make_comment(post, **fields)
    pages = [
        {"network": "198.51.100.0/24"},
        {"link": "spam.example"},
        {"comment": comment.public_id},
    ]
    few = [ask(page) for page in pages]
    for _n in range(30):
        make_comment(make_post(), **fields)
    assert [ask(page) for page in pages] == few
    assert few[0] <= 8 and few[1] <= 9


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Spam.Example./x", "spam.example"),
        ("https://user:pw@spam.example:8080/", "spam.example"),
        ("https://[2001:db8::1]/", "2001:db8::1"),
        ("https://[", ""),
        ("mailto:a@b.c", ""),
        ("", ""),
    ],
)
def test_the_host_of_an_address(address, host):
    assert links.host_of(address) == host
