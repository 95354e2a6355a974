"""The page of one person: the queue of one e-mail address has a head about its author."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Policy
from comments.queue import author_head
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import cards, hrefs, html, link, squeezed, tags, words

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 3, 12, tzinfo=UTC)
EMAIL = "ada@example.com"
TABS = Comment.Status.values


def by_ada(status="approved", **fields) -> Comment:
    fields = {"author_name": "Ada Moran", "author_email": EMAIL} | fields
    return make_comment(status=status, **fields)


def of_ada(client, **asked):
    return client.get("/moderation/", {"author": EMAIL, **asked})


def head(response) -> str:
    """The text of the head, or nothing."""
    found = re.search(r'<div class="author-head">(.*?)</div>', html(response), re.S)
    return squeezed(re.sub(r"<[^>]*>", " ", found[1])) if found else ""


def acts(response) -> str:
    return re.search(r'<p class="acts">(.*?)</p>', html(response), re.S)[1]


def link_of_name(client) -> str:
    """The address to which the name on the first card leads."""
    return next(
        a["href"]
        for a in tags(client.get("/moderation/?tab=spam"), "a")
        if a.get("aria-label", "").endswith("all comments by this address")
    )


def test_the_name_on_a_card_leads_to_all_of_that_address(mo):
    comment = by_ada()
    address = f"/moderation/?tab=all&author={EMAIL.replace('@', '%40')}"
    for page in ("/moderation/?tab=approved", f"/moderation/{comment.public_id}/history/"):
        (found,) = [a for a in tags(mo.get(page), "a") if "all comments by" in str(a)]
        assert found == {
            "href": address,
            "aria-label": "Ada Moran: all comments by this address",
        }
    (card,) = tags(mo.get("/moderation/?tab=approved"), "article")
    assert card["aria-label"] == f"Ada Moran on {comment.post.title}"


def test_a_comment_without_an_address_has_no_such_link(mo):
    by_ada("pending", author_email="")
    page = mo.get("/moderation/")
    assert len(cards(page)) == 1 and "all comments by this address" not in html(page)


def test_the_name_on_the_page_of_its_person_is_no_link_to_itself(mo):
    by_ada("pending")
    assert "all comments by this address" not in html(of_ada(mo))


def test_the_head_says_since_when_how_many_and_under_which_names(mo):
    by_ada(submitted_at=MAY, author_name="A. M.")
    by_ada(author_email="ADA@example.com", submitted_at=MAY + timedelta(days=1), author_name="Bo")
    by_ada("spam", submitted_at=MAY + timedelta(days=2), author_name="Cy")
    by_ada("pending")
    by_ada("trash")
    by_ada().withdraw()
    make_comment(status="spam")
    assert head(of_ada(mo)).startswith(
        "Ada Moran ada@example.com 2 approved, 1 pending, 1 spam, 1 in trash, 1 withdrawn, "
        "first seen 3 May 2025 Also wrote as Cy , Bo , A. M. Block"
    )


def test_the_page_shows_comments_of_every_status_the_newest_first(mo):
    made = [by_ada(status, submitted_at=MAY + timedelta(days=n)) for n, status in enumerate(TABS)]
    make_comment()
    page = mo.get(link_of_name(mo))
    assert cards(page) == [comment.public_id for comment in made[::-1]]
    assert "All 4" in words(page)
    assert "Act on all 4" in head(page)
    assert link(page, "Show all") == "/moderation/?tab=all"


def test_the_title_and_the_heading_are_the_name(mo):
    by_ada("pending")
    page = html(of_ada(mo))
    assert "<title>Ada Moran · Pending · Moderation queue" in page
    assert len(re.findall("<h1>", page)) == 1
    assert "<h1><bdi>Ada Moran</bdi>" in page


def test_the_address_is_not_said_a_second_time_beside_the_head(mo):
    by_ada("pending", body="The bell.")
    assert "Shown:" not in words(of_ada(mo))
    assert link(of_ada(mo), "Show all") == "/moderation/?tab=pending"
    searched = of_ada(mo, q="bell")
    assert "Shown: words bell" in words(searched)
    assert html(searched).count(">Show all<") == 1


def test_what_the_head_says_is_not_said_on_each_card(mo):
    by_ada(author_name="A. M.")
    by_ada("pending")
    assert "1 approved, first seen" in words(mo.get("/moderation/"))
    said = words(of_ada(mo))
    assert said.count("first seen") == 1 and "Also as" not in said


def test_the_search_is_folded_beside_the_head_until_something_is_searched(mo):
    by_ada("pending", body="The bell.")
    assert '<details class="filters">' in html(of_ada(mo))
    assert '<details class="filters" open>' in html(of_ada(mo, q="bell"))


def test_an_address_that_nobody_wrote_from_has_no_head(mo):
    page = of_ada(mo)
    assert head(page) == "" and f"Shown: e-mail {EMAIL}" in words(page)


@pytest.mark.parametrize("author", ["\0", "x" * 300, "'; --", "%", "ada@example.com\0"])
def test_a_made_up_address_is_no_error(mo, author):
    assert mo.get("/moderation/", {"author": author}).status_code == 200


def test_names_and_address_are_escaped_and_do_not_turn_the_line(mo):
    by_ada("pending", author_name="<b>\u202eevil")
    assert "<h1><bdi>&lt;b&gt;\u202eevil</bdi>" in html(of_ada(mo))


def test_many_names_are_counted(mo):
    for n in range(author_head.SHOWN + 3):
        by_ada(author_name=f"Name {n}")
    by_ada()
    assert "Name 3 and 3 more" in head(of_ada(mo))


def administrator(client):
    user = make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def test_the_author_and_the_network_are_blocked_from_here(client):
    newest = by_ada("pending")
    page = of_ada(administrator(client))
    for name in ("block-author", "block-network"):
        assert reverse(name, args=[newest.public_id]) in acts(page)
    address = reverse("block-author", args=[newest.public_id])
    here = f"http://testserver/moderation/?{urlencode({'author': EMAIL})}"
    response = client.post(address, {"next": here.removeprefix("http://testserver")})
    assert response.status_code == 303
    assert response["Location"].startswith("/moderation/?author=ada")
    page = client.get(response["Location"].partition("#")[0])
    assert "Author blocked" in head(page) and "Block the author" not in head(page)
    assert f"{reverse('policy')}?addresses=ada%40example.com#line" in hrefs(page)


def test_who_may_not_change_the_policy_reads_what_is_blocked_and_blocks_nothing(client):
    by_ada("pending")
    Policy.add_line("networks", "203.0.113.0/24", by=moderator())
    editor = make_user(Role.AUTHOR)
    Comment.objects.get().post.bylines.create(user=editor)
    client.force_login(editor)
    said = head(of_ada(client))
    assert "Network blocked" in said and "Block the" not in said
    assert "/moderation/policy/" not in acts(of_ada(client))


def test_the_address_of_staff_is_not_offered_to_be_blocked(client):
    by_ada("approved", user_is_staff=True)
    assert "Block" not in head(of_ada(administrator(client), tab="approved"))


def test_all_that_is_shown_is_acted_on_from_the_head_after_a_preview(mo):
    for _n in range(3):
        by_ada("pending")
    make_comment()
    page = of_ada(mo)
    address = re.search(r'href="(/moderation/many/[^"]*)"', acts(page))[1].replace("&amp;", "&")
    assert "Act on all 3" in head(page)
    preview = mo.get(address)
    assert "3 comments in Pending" in words(preview)
    assert f"from the e-mail address {EMAIL}" in words(preview)


def test_an_author_is_told_of_what_is_below_own_posts_alone(client):
    post = make_post()
    by_ada("pending", post=post)
    by_ada("approved", post=post, submitted_at=MAY, author_name="A. M.")
    by_ada("spam", author_name="Elsewhere", submitted_at=MAY - timedelta(days=9))
    client.force_login(post.author)
    said = head(of_ada(client))
    assert "1 approved, 1 pending, first seen 3 May 2025" in said
    assert "Also wrote as A. M." in said
    assert "Elsewhere" not in words(of_ada(client))


def test_an_author_has_no_head_of_somebody_who_wrote_elsewhere_alone(client):
    by_ada("pending")
    client.force_login(make_user(Role.AUTHOR))
    assert head(of_ada(client)) == ""


def many(count: int, status="spam", **fields) -> None:
    now, post = timezone.now(), make_post()
    Comment.objects.bulk_create(
        Comment(
            post=post,
            author_name="Ada",
            author_email=EMAIL,
            status=status,
            submitted_at=now - timedelta(minutes=n + 1),
            status_at=now,
            **fields,
        )
        for n in range(count)
    )


def test_very_many_are_said_so_and_the_first_is_known(mo):
    many(150)
    by_ada("spam", submitted_at=MAY)
    assert "100+ spam, first seen 3 May 2025" in head(of_ada(mo))


def test_a_trash_of_which_only_the_newest_were_read_says_so(mo):
    many(90, "trash")
    many(30, "trash", withdrawn_at=timezone.now())
    assert re.search(r" \d+\+ in trash, \d+\+ withdrawn,", head(of_ada(mo)))


def test_the_head_is_one_query_and_a_page_of_one_person_14(mo):
    def queries(tab="spam") -> int:
        of_ada(mo, tab=tab)
        with CaptureQueriesContext(connection) as captured:
            of_ada(mo, tab=tab)
        return len(captured)

    many(25)
    few = queries()
    many(120)
    assert queries() == few <= 14
    user = moderator()
    user.has_perm("comments.decide_comment")
    with CaptureQueriesContext(connection) as captured:
        found = author_head.read(EMAIL, user, Policy())
        assert found.summary and found.shown_names == [] and found.blocks == []
    assert len(captured) == 1
