"""The session ends while somebody types: the line says so, and after signing in elsewhere the text
is saved by itself."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import press, with_script
from tests.e2e.editor import BODY, kept, line, open_new, type_on
from tests.site import PASSWORD

SIGNED_OUT = "NOT saved: you are signed out. Sign in in another tab; your text stays here."


@with_script
def test_session_ends_while_typing(view, site):
    page = open_new(view)
    page.get_by_label("Title").fill(f"Signed out {view.scene[-25:]}")
    before, after = f"Before the end {view.scene}.", f" After the end {view.scene}."
    type_on(page, before)
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    page.context.clear_cookies(name="sessionid")
    type_on(page, after)
    expect(line(page)).to_have_text(SIGNED_OUT)
    view.shot(page, "signed-out")
    assert not kept(site, after)

    with page.context.expect_page() as opened:
        line(page).get_by_role("link").click()
    login = opened.value
    login.get_by_label("Username").fill("edith")
    login.get_by_label("Password").fill(PASSWORD)
    press(login.locator("main form button[type=submit]").first)
    login.close()
    page.bring_to_front()
    type_on(page, " Signed in again.")
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"), timeout=40_000)
    text = page.locator(BODY).input_value()
    assert text == f"{before}{after} Signed in again."
    assert kept(site, text)[0]["kind"] == "working copy"

    press(page.get_by_role("button", name="Save draft"))
    assert page.locator(BODY).input_value() == text
    assert page.get_by_text("Saved as a draft.").is_visible()
    assert page.locator("#unsaved").is_hidden()
