"""A button that is pressed twice, or after the session ended; and a name without end."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import press
from tests.e2e.waiting_room import card, statuses, wait
from tests.site import PASSWORD


def test_two_presses_are_told_what_the_first_one_did(view, site):
    site.forget_comments()
    pk, _other = wait(site, ["Nobody got in.", "The lights were off."])
    mo = view.staff("mo")
    mo.goto("/moderation/")
    card(mo, pk).get_by_role("button", name="Approve").dblclick()
    expect(mo.get_by_text("approved.").first).to_be_visible()
    assert "Nothing was changed" not in mo.locator("main").inner_text()
    site.wait_until(lambda: statuses(site, [pk])[pk] == "approved")
    mo.goto("/moderation/done/")
    mo.get_by_role("button", name="Undo").first.dblclick()
    expect(mo.locator(".notice[role=status]")).to_contain_text("1 comment put back. Now: Pending.")
    assert statuses(site, [pk])[pk] == "pending"
    view.shot(mo, "undone")


# With it: test_kept_decisions.py
@pytest.mark.parametrize("view", [("phone", "no-script")], ids="-".join, indirect=True)
def test_pressed_without_a_session_it_leads_back_by_the_login(view, site):
    site.forget_comments()
    (pk,) = wait(site, ["Nobody got in."])
    mo = view.sign_in("mo")
    mo.goto("/moderation/?sort=newest")
    mo.context.clear_cookies(name="sessionid")
    press(card(mo, pk).get_by_role("button", name="Approve"))
    expect(mo.get_by_role("alert")).to_have_text(
        "You are not signed in any more. Nothing was saved."
    )
    assert mo.locator("textarea").count() == 0
    view.shot(mo, "signed-out")
    press(mo.get_by_role("main").get_by_role("link", name="Sign in"))
    mo.get_by_label("Username").fill("mo")
    mo.get_by_label("Password").fill(PASSWORD)
    press(mo.locator("main form button[type=submit]").first)
    assert mo.url.endswith("/moderation/?sort=newest")
    press(card(mo, pk).get_by_role("button", name="Approve"))
    assert statuses(site, [pk])[pk] == "approved"


def test_a_name_without_end_widens_no_page(view, site):
    site.forget_comments()
    (pk,) = wait(site, ["Nobody got in."], author_name="W" * 100)
    mo = view.staff("mo")
    for page in ("", f"{pk}/reply/", f"{pk}/edit/", f"{pk}/history/", f"many/?comment={pk}"):
        mo.goto(f"/moderation/{page}")
        box = mo.locator("main").bounding_box()
        assert box["x"] + box["width"] <= view.size["width"], page
        wide = mo.locator("main h1").evaluate("h1 => h1.scrollWidth - h1.clientWidth")
        assert wide <= 0, page
        view.shot(mo, f"wide{page.count('/')}")
