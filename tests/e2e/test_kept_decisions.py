"""What a browser keeps until it is answered: two tabs, old news, a broken server, a right that is
withdrawn. The line itself is gone in test_train.py."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import on_a_desk, with_script
from tests.e2e.test_every_page import assert_accessible
from tests.e2e.waiting_room import card, decisions, expect_unsent, statuses, wait

DECIDE, NEWS = "**/moderation/decide/", "**/moderation/news/**"


@pytest.fixture
def waiting(site, view) -> list[int]:
    site.forget_comments()
    return wait(site, [f"Kept, {n}, {view.scene}" for n in range(3)])


def press_verb(page, pk: int, name: str) -> None:
    card(page, pk).get_by_role("button", name=name).click()


def fail(route) -> None:
    route.abort()


def keys(page) -> int:
    return page.evaluate("Object.keys(localStorage).filter(key => /^queue-\\d/.test(key)).length")


def moves(site, ids: list[int]) -> list[tuple]:
    return [(row["public_id"], row["new_status"]) for row in decisions(site, ids)]


@on_a_desk
def test_what_another_tab_sent_is_taken_back_at_the_server_too(view, site, waiting):
    first, second, _third = waiting
    one = view.staff("mo")
    one.goto("/moderation/")
    one.route(DECIDE, fail)
    for pk in (first, second):
        press_verb(one, pk, "Approve")
    expect_unsent(one, "2 not sent")
    other = one.context.new_page()
    other.goto("/moderation/")
    expect(other.locator("#live")).to_contain_text("Everything is sent.")
    assert statuses(site, [first, second]) == {first: "approved", second: "approved"}

    press_verb(one, second, "Undo")
    one.unroute(DECIDE)
    one.locator("#unsent").get_by_role("button", name="Send now").click()
    expect(card(one, second).get_by_role("button", name="Approve")).to_be_visible()
    expect(card(one, first)).to_contain_text("approved.")
    assert moves(site, waiting) == [(first, "approved"), (second, "approved"), (second, "pending")]


@on_a_desk
def test_an_answer_of_long_ago_sets_no_card_back(view, site, waiting):
    pk = waiting[0]
    page = view.staff("mo")
    page.goto("/moderation/")

    def lose(route):
        route.fetch()
        route.abort()

    page.route(DECIDE, lose)
    press_verb(page, pk, "Approve")
    expect_unsent(page, "1 not sent")
    context = page.context
    page.close()
    site.python(
        "from blog.models import User; from comments.models import Comment;"
        f"Comment.objects.get(public_id={pk}).hold(by=User.objects.get(username='edith'))"
    )
    page = context.new_page()
    page.goto("/moderation/")
    told = page.get_by_role("group", name="Decided elsewhere")
    expect(told).to_contain_text("approved. It was changed since.")
    view.shot(page, "told")
    (last,) = site.rows("SELECT version FROM comments_comment WHERE public_id = ?", pk)
    row = card(page, pk).locator(".verbs [name=row]")
    expect(row).to_have_value(f"{pk}.{last['version']}")
    expect(page.locator(".tabs [data-tab=pending] b")).to_have_text("3")
    press_verb(page, pk, "Spam")
    expect(card(page, pk)).to_contain_text("marked as spam.")
    assert moves(site, [pk]) == [(pk, "approved"), (pk, "pending"), (pk, "spam")]


@on_a_desk
def test_a_server_that_breaks_is_asked_again(view, site, waiting):
    pk = waiting[0]
    page = view.staff("mo")
    page.goto("/moderation/")
    page.route(DECIDE, lambda route: route.fulfill(status=500, body="broken"))
    press_verb(page, pk, "Spam")
    expect_unsent(page, "Not sent: the server answered 500.")
    assert_accessible(page, "sending")
    assert keys(page) == 1
    page.unroute(DECIDE)
    expect(card(page, pk)).to_contain_text("marked as spam.")
    expect(page.locator("#unsent")).to_be_hidden()
    assert keys(page) == 0
    assert moves(site, waiting) == [(pk, "spam")]


@with_script
def test_whose_right_was_withdrawn_is_told_so_once(view, site, waiting):
    name = site.make_user("Moderator", f"leaver{len(view.scene)}")
    page = view.staff(name)
    page.goto("/moderation/")
    site.python(f"from blog.models import User; User.objects.get(username={name!r}).groups.clear()")
    press_verb(page, waiting[0], "Approve")
    words = "You may not decide on comments here any more."
    expect(card(page, waiting[0])).to_contain_text(words)
    expect(page.locator("#live")).to_have_text(words)
    expect(page.locator("#unsent")).to_be_hidden()
    view.shot(page, "withdrawn")
    assert_accessible(page, "failed")
    assert keys(page) == 0
    assert moves(site, waiting) == []
    page.on("dialog", lambda dialog: dialog.accept())  # that it is not sent


@on_a_desk
def test_what_nobody_can_read_hides_nothing_else(view, site, waiting):
    pk = waiting[0]
    page = view.staff("mo")
    page.goto("/moderation/")
    page.route(DECIDE, fail)
    press_verb(page, pk, "Trash")
    expect_unsent(page, "1 not sent")
    for text in ("{", "null", "5", "{}"):
        page.evaluate(
            "text => { localStorage[`queue-${live.dataset.user}-a${text}`] = text; }", text
        )
    page.unroute(DECIDE)
    page.reload()
    expect(page.locator("#live")).to_contain_text("Everything is sent.")
    assert moves(site, waiting) == [(pk, "trash")]


@on_a_desk
def test_who_asks_what_is_new_waits_no_longer_than_20_seconds(view, site, waiting):
    page = view.staff("mo")
    page.clock.install()
    page.goto("/moderation/")
    asked = []
    page.route(NEWS, lambda route: asked.append(route.request.url))
    come_back = "window.dispatchEvent(new Event('focus'))"
    page.evaluate(come_back)
    site.wait_until(lambda: page.evaluate("1") and len(asked) == 1)
    page.evaluate(come_back)
    with page.expect_event("requestfailed"):
        page.clock.fast_forward(20_000)
    page.evaluate(come_back)
    site.wait_until(lambda: page.evaluate("1") and len(asked) == 2)


@on_a_desk
def test_every_room_sends_and_counts_what_is_kept(view, site, waiting):
    first, second, _third = waiting
    page = view.staff("mo")
    page.goto("/moderation/")
    page.context.route(DECIDE, fail)
    for pk in (first, second):
        press_verb(page, pk, "Approve")
    expect_unsent(page, "2 not sent")
    for room in ("done/", "many/", f"{first}/history/"):
        page.goto(f"/moderation/{room}")
        expect_unsent(page, "2 not sent")
        expect_unsent(page, "The server cannot be reached.")
    site.python(
        "from blog.models import User; from comments.models import Comment;"
        f"Comment.objects.get(public_id={second}).trash(by=User.objects.get(username='edith'))"
    )
    assert_accessible(page, "history, not sent")
    page.context.unroute(DECIDE)
    page.locator("#unsent").get_by_role("button", name="Send now").click()
    expect(page.locator("#live")).to_contain_text("Everything is sent.")
    expect(page.locator("#unsent")).to_be_hidden()
    told = page.get_by_role("group", name="Decided elsewhere")
    expect(told).to_contain_text("Edith moved the comment by")
    view.shot(page, "history")
    assert moves(site, waiting) == [(second, "trash"), (first, "approved")]
    # Its own buttons are forms there.
    page.goto(f"/moderation/{first}/history/")
    page.get_by_role("button", name="Unapprove").click()
    expect(page.get_by_role("status").filter(has_text="1 comment unapproved.")).to_be_visible()
