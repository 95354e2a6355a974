"""An editor looks at the page before it is saved, and sends a friend a link to the draft."""

from tests.e2e.conftest import press, run_axe

BODY = "The tram was **seen** from the bridge.\n\n## Afterwards\n\nNobody got in."


def press_for_tab(page, name: str):
    """The tab that the button opens."""
    with page.expect_popup() as opened:
        page.get_by_role("button", name=name, exact=True).click()
    opened.value.wait_for_load_state("networkidle")
    return opened.value


def assert_accessible(page) -> None:
    found = run_axe(page)
    assert found.violations_count == 0, found.generate_report()


def test_what_is_typed_is_seen_in_another_tab_and_stays_in_the_form(view, site):
    title = f"Seen before {view.scene[-25:]}"
    page = view.staff("edith")
    page.goto("/admin/blog/post/add/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=body]").fill(BODY)
    page.locator("[name=tags]").fill("Unheard of")
    tab = press_for_tab(page, "Preview")
    view.shot(tab, "preview")
    assert tab.get_by_role("heading", level=1).inner_text() == title
    assert tab.get_by_text("Nobody but you sees this; nothing is saved.").is_visible()
    assert tab.locator("strong", has_text="seen").is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= view.size["width"]
    if view.script:
        assert_accessible(tab)
    tab.close()
    assert page.locator("[name=body]").input_value() == BODY
    assert site.rows("SELECT id FROM blog_post WHERE title = ? AND body <> ''", title) == []
    assert site.rows("SELECT id FROM blog_tag WHERE name = 'Unheard of'") == []


def test_a_friend_without_an_account_reads_the_draft_until_it_is_published(view, site):
    title = f"For a friend {view.scene[-25:]}"
    page = view.staff("edith")
    page.goto("/admin/blog/post/add/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=body]").fill(BODY)
    press(page.get_by_role("button", name="Save draft"))
    tab = press_for_tab(page, "Make a link")
    view.shot(tab, "link")
    address = tab.get_by_label("Copy this link now").input_value()
    assert tab.get_by_text("it works until").is_visible()
    if view.script:
        assert_accessible(tab)

    friend = view.reader()
    friend.goto(address)
    view.shot(friend, "read")
    assert friend.get_by_text("Draft. Not published yet.").is_visible()
    assert friend.get_by_role("heading", level=1).inner_text() == title
    if view.script:
        assert_accessible(friend)
    assert friend.context.cookies() == []

    press(tab.get_by_role("link", name="Back to the post"))
    press(tab.get_by_role("button", name="Publish", exact=True))
    friend.goto(address)
    path = site.rows("SELECT path FROM blog_post WHERE title = ?", title)[0]["path"]
    assert friend.url == site.url + path


def test_a_revoked_link_leads_nowhere(view, site):
    page = view.staff("edith")
    page.goto("/admin/blog/post/add/")
    page.locator("[name=title]").fill(f"Taken back {view.scene[-25:]}")
    press(page.get_by_role("button", name="Save draft"))
    tab = press_for_tab(page, "Make a link")
    address = tab.get_by_label("Copy this link now").input_value()
    press(tab.get_by_role("button", name="Revoke the link"))
    assert tab.get_by_text("The link is revoked.").is_visible()
    friend = view.reader()
    assert friend.goto(address).status == 404
