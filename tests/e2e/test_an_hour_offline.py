"""Somebody writes without a connection, and the browser is closed before it comes back."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import press, with_script
from tests.e2e.editor import BODY, continue_with, kept, line, open_new, type_on

OFFLINE = "NOT saved: offline. Kept in this browser."


def open_kept(view):
    page = open_new(view)
    type_on(page, "In the station.")
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    return page


@with_script
def test_an_hour_offline(view, site):
    page = view.staff("edith")
    page.clock.install()
    page.goto("/admin/blog/post/add/")
    page.get_by_label("Title").fill(f"In a tunnel {view.scene[-25:]}")
    type_on(page, "In the station.")
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    address = page.url
    assert address.endswith("/change/")
    page.context.set_offline(True)
    words = f" In the tunnel {view.scene}."
    type_on(page, words)
    expect(line(page)).to_have_text(OFFLINE)
    page.clock.fast_forward("01:00:00")
    expect(line(page)).to_have_text(OFFLINE)
    view.shot(page, "offline")
    assert not kept(site, words)
    page.context.set_offline(False)
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert kept(site, words)


@with_script
def test_words_taken_back_offline_end_the_warning(view, site):
    page = open_kept(view)
    page.context.set_offline(True)
    type_on(page, "?")
    expect(line(page)).to_have_text(OFFLINE)
    page.locator(BODY).press("Backspace")
    page.context.set_offline(False)
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    words = f" In the tunnel {view.scene}."
    type_on(page, words)
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    page.wait_for_timeout(3000)
    assert kept(site, words)


@with_script
def test_the_browser_is_closed_offline(view, site):
    page = open_kept(view)
    address, words = page.url, f" In the tunnel {view.scene}."
    page.context.set_offline(True)
    type_on(page, words)
    expect(line(page)).to_have_text(OFFLINE)
    context = page.context
    page.close(run_before_unload=False)
    context.set_offline(False)

    page = context.new_page()
    page.goto(address)
    expect(page.locator("#unsaved")).to_be_visible()
    assert page.locator(BODY).input_value() == ""
    view.shot(page, "offered")
    press(page.get_by_role("link", name="Compare"))
    assert page.locator("ins").filter(has_text="In the tunnel").count()
    view.shot(page, "compared")
    continue_with(page)
    assert page.locator(BODY).input_value() == "In the station." + words
    type_on(page, " At the sea.")
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    # What it began from is kept too.
    assert {row["kind"] for row in kept(site, words)} == {"working copy", "aside"}


@with_script
def test_a_new_post_that_the_server_never_heard_of(view, site):
    page, words = open_new(view), f"Never sent {view.scene}."
    page.context.set_offline(True)
    type_on(page, words)
    expect(line(page)).to_have_text(OFFLINE)
    context = page.context
    page.close(run_before_unload=False)
    context.set_offline(False)

    page = context.new_page()
    page.goto("/admin/blog/post/add/")
    expect(page.locator("#unsaved")).to_be_visible()
    continue_with(page)
    assert page.locator(BODY).input_value() == words
    press_discard_is_possible(page)


def press_discard_is_possible(page) -> None:
    page.goto(page.url.partition("?")[0])
    press(page.get_by_role("button", name="Discard"))
    assert page.get_by_text("Discarded. The text stays in the revisions.").is_visible()
    assert page.locator("#unsaved").is_hidden()
