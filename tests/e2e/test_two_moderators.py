"""Two moderators and one comment: the second reads who decided what and when, and nothing of the
first one's is overwritten; what its author changed meanwhile counts as changed."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import on_a_desk, press, with_script, write_comment
from tests.e2e.test_every_page import assert_accessible
from tests.e2e.waiting_room import card, decisions, statuses, wait


def decide(view, page, pk: int, name: str) -> None:
    button = card(page, pk).get_by_role("button", name=name)
    button.click() if view.script else press(button)


def said(view, page, pk: int):
    """Where the second reads it: in the card, or on the page that the form leads to."""
    return card(page, pk) if view.script else page.locator("main")


def test_two_moderators(view, site):
    site.forget_comments()
    first, other = wait(site, [f"Both of them read this, {n}, {view.scene}" for n in range(2)])
    edith, mo = view.staff("edith"), view.staff("mo")
    for page in (edith, mo):
        page.goto("/moderation/")
    decide(view, edith, first, "Approve")
    expect(edith.get_by_text("approved.").first).to_be_visible()
    statuses_before = statuses(site, [first])
    assert statuses_before == {first: "approved"}

    with mo.expect_response("**/decide/") as answer:
        decide(view, mo, first, "Trash")
    assert answer.value.status == 409
    words = said(view, mo, first)
    expect(words).to_contain_text(re.compile(r"Edith approved the comment by .* at \d\d:\d\d\."))
    view.shot(mo, "second")
    if view.script:
        assert_accessible(mo, "lost")
    assert statuses(site, [first]) == statuses_before
    assert len(decisions(site, [first])) == 1

    if view.script:
        press(words.get_by_role("link", name="History"))
    else:
        press(mo.get_by_role("link", name="Back to the queue"))
        assert card(mo, first).count() == 0
        mo.goto(f"/moderation/{first}/history/")
    expect(mo.get_by_text("Edith approved it")).to_be_visible()
    mo.goto("/moderation/")
    decide(view, mo, other, "Spam")
    expect(mo.get_by_text("marked as spam").first).to_be_visible()
    assert statuses(site, [first, other]) == {first: "approved", other: "spam"}


def test_an_edit_by_the_author_counts_as_changed(view, site):
    site.forget_comments()
    path, body = site.make_post(), f"The first words, {view.scene}"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    pk = site.wait_for(body, screened="ham")["public_id"]
    mo = view.staff("mo")
    mo.goto("/moderation/")
    assert body in card(mo, pk).inner_text()

    signed = site.python(
        "from comments.submit import cookies; from comments.models import Comment;"
        f"print(cookies.sign(Comment.objects.get(public_id={pk})))"
    )
    reader.goto(f"/comments/{signed}/")
    if reader.locator("details.own").count():
        reader.locator("details.own summary").first.click()
    reader.locator("[name=body]").fill("Other words altogether.")
    press(reader.locator("form:has([name=body]) button[type=submit]").first)
    site.wait_for("Other words altogether.", screened="ham")

    with mo.expect_response("**/decide/") as answer:
        decide(view, mo, pk, "Approve")
    assert answer.value.status == 409
    words = said(view, mo, pk)
    expect(words).to_contain_text(re.compile(r"was edited by its author at \d\d:\d\d"))
    expect(card(mo, pk)).to_contain_text("Changed since you read it")
    expect(card(mo, pk).locator(".changed ins")).to_have_text("Other words altogether.")
    expect(card(mo, pk).locator(".body")).to_have_text("Other words altogether.")
    view.shot(mo, "edited")
    if view.script:
        assert_accessible(mo, "edited")
    assert statuses(site, [pk]) == {pk: "pending"}
    decide(view, mo, pk, "Approve")
    expect(mo.get_by_text("approved.").first).to_be_visible()
    assert site.wait_for("Other words altogether.", status="approved")["public_id"] == pk


@on_a_desk
def test_what_a_colleague_kept_is_told_with_the_verb_and_the_time(view, site):
    """It stands where it stood, and so was no edit."""
    site.forget_comments()
    (pk,) = wait(site, [f"Rude, says a reader, {view.scene}"], status="approved")
    site.python(
        "from comments.models import Comment, Report;"
        f"Report.submit(Comment.objects.get(public_id={pk}), 'Rude.', '198.51.100.0/24')"
    )
    edith, mo = view.staff("edith"), view.staff("mo")
    for page in (edith, mo):
        page.goto("/moderation/?tab=reported")
    decide(view, edith, pk, "Keep")
    expect(card(edith, pk)).to_contain_text("kept.")
    decide(view, mo, pk, "Trash")
    words = re.compile(r"Edith looked again and kept the comment by .* at \d\d:\d\d\.")
    expect(card(mo, pk)).to_contain_text(words)
    assert statuses(site, [pk]) == {pk: "approved"}


def look_again(page) -> None:
    """As if the moderator came back to the window. What the page asked before does not count."""
    page.wait_for_load_state("networkidle")
    with page.expect_response("**/news/?**"):
        page.evaluate("window.dispatchEvent(new Event('focus'))")


def tops(page) -> list[float]:
    return page.locator(".card").evaluate_all(
        "cards => cards.map(c => c.getBoundingClientRect().top)"
    )


@with_script
def test_new_comments_are_told_and_move_nothing(view, site):
    site.forget_comments()
    old = wait(site, [f"There from the start, {n}, {view.scene}" for n in range(3)])
    mo = view.staff("mo")
    mo.goto("/moderation/")
    card(mo, old[1]).focus()
    before = tops(mo)
    look_again(mo)
    expect(mo.locator("#news")).to_be_hidden()
    new = wait(site, [f"Just came in, {n}, {view.scene}" for n in range(12)])
    look_again(mo)
    expect(mo.get_by_role("link", name="12 new")).to_be_visible()
    expect(mo.locator("#live")).to_have_text("12 new")
    view.shot(mo, "12-new")
    assert tops(mo) == before
    expect(card(mo, old[1])).to_be_focused()
    assert mo.locator(".card").count() == 3

    mo.get_by_role("link", name="12 new").click()
    expect(mo.locator(".card")).to_have_count(15)
    expect(card(mo, new[0])).to_be_focused()
    expect(mo.locator("#news")).to_be_hidden()
    expect(mo.locator(".tabs [data-tab=pending] b")).to_have_text("15")
    shown = mo.locator(".card").evaluate_all("cards => cards.map(c => Number(c.dataset.id))")
    assert shown == old + new
    look_again(mo)
    expect(mo.locator("#news")).to_be_hidden()

    mo.goto("/moderation/?sort=newest")
    (newest,) = wait(site, [f"The very last, {view.scene}"])
    look_again(mo)
    mo.get_by_role("link", name="1 new").click()
    expect(card(mo, newest)).to_be_focused()
    assert mo.locator(".card").first.get_attribute("data-id") == str(newest)


@on_a_desk
def test_of_more_than_a_page_of_new_comments_none_is_lost(view, site):
    site.forget_comments()
    wait(site, [f"There from the start, {view.scene}"])
    mo = view.staff("mo")
    mo.goto("/moderation/")
    first = wait(site, [f"Just came in, {n}, {view.scene}" for n in range(20)])
    look_again(mo)
    expect(mo.get_by_role("link", name="20 new")).to_be_visible()
    # These take most of the page from which the others are brought.
    then = wait(site, [f"And these too, {n}, {view.scene}" for n in range(15)])
    mo.get_by_role("link", name="20 new").click()
    expect(mo.locator(".card")).to_have_count(6)
    look_again(mo)
    press(mo.get_by_role("link", name="30 new"))
    assert mo.url.endswith("sort=newest")
    expect(mo.locator(".card")).to_have_count(36)
    assert all(card(mo, pk).count() for pk in first + then)


@on_a_desk
def test_late_spam_is_brought_however_old_its_comment_is(view, site):
    site.forget_comments()
    code = (
        "from datetime import timedelta; from django.utils import timezone;"
        "from tests.factories import make_comment, make_post;"
        "post, now = make_post(), timezone.now();"
        "late = dict(status='approved', screened='spam', screened_at=now - timedelta(minutes=1));"
        "made = [make_comment(post, submitted_at=now - timedelta(days=9), status='approved')]"
        " + [make_comment(post, **late) for n in range(26)];"
        "print(made[0].public_id)"
    )
    pk = int(site.python(code))
    mo = view.staff("mo")
    mo.goto("/moderation/?tab=second-look")
    # With the next page's rows: else the late one may come among them, and is no news.
    expect(mo.locator(".card")).to_have_count(26)
    site.python(
        "from django.utils import timezone; from comments.models import Comment;"
        f"late = Comment.objects.filter(public_id={pk});"
        "late.update(screened='spam', screened_at=timezone.now())"
    )
    look_again(mo)
    mo.get_by_role("link", name="1 new").click()
    expect(card(mo, pk)).to_be_focused()
    expect(card(mo, pk)).to_contain_text("said: spam")


@with_script
def test_an_empty_queue_tells_of_the_first_that_comes(view, site):
    site.forget_comments()
    mo = view.staff("mo")
    mo.goto("/moderation/")
    expect(mo.get_by_text("Nothing waits for you.")).to_be_visible()
    (pk,) = wait(site, [f"The first, {view.scene}"])
    look_again(mo)
    press(mo.get_by_role("link", name="1 new"))
    expect(card(mo, pk)).to_be_visible()


@with_script
def test_what_a_colleague_decided_is_marked_in_the_card_that_is_still_shown(view, site):
    site.forget_comments()
    first, second = wait(site, [f"Shown to both, {n}, {view.scene}" for n in range(2)])
    mo, edith = view.staff("mo"), view.staff("edith")
    mo.goto("/moderation/")
    edith.goto("/moderation/")
    decide(view, edith, first, "Spam")
    expect(card(edith, first)).to_contain_text("marked as spam.")
    card(mo, second).focus()
    before = card(mo, second).bounding_box()["y"]
    look_again(mo)
    expect(card(mo, first)).to_contain_text("Edith marked the comment by")
    view.shot(mo, "marked")
    assert card(mo, first).locator(".body").is_visible()
    if view.phone:  # there the page is long enough to be scrolled
        assert abs(card(mo, second).bounding_box()["y"] - before) < 2
    assert statuses(site, [first, second]) == {first: "spam", second: "pending"}
