"""One person has the same post open in two tabs of one browser."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import press, with_script
from tests.e2e.editor import BODY, kept, line, type_on

SAVED = re.compile(r"Saved \d\d:\d\d|Your changes are saved\.")


@with_script
def test_own_second_tab(view, site):
    begun = f"Nobody got in {view.scene}."
    path = site.make_post(title=f"Two tabs {view.scene[-25:]}", body=begun)
    (post,) = site.rows("SELECT id FROM blog_post WHERE path = ?", path)
    one = view.staff("edith")
    one.goto(f"/admin/blog/post/{post['id']}/change/")
    other = one.context.new_page()
    other.goto(one.url)
    type_on(one, "One. ")
    expect(line(one)).to_have_text(re.compile("Readers still see the version of"))
    type_on(other, "Other. ")
    expect(line(other)).to_have_text(SAVED)
    copies = {row["kind"]: row["fields"] for row in kept(site, begun)}
    assert "One. " in copies["aside"]
    assert "Other. " in copies["working copy"]

    one.bring_to_front()
    press(one.get_by_role("button", name="Update live post"))
    assert one.locator(BODY).input_value() == f"One. {begun}"
    expect(one.locator("#unsaved")).to_contain_text("Unsaved text from")
    type_on(other, "More. ")
    expect(line(other)).to_contain_text("after you opened it")
    press(other.get_by_role("button", name="Update live post"))
    assert other.get_by_role("button", name="Keep mine").is_visible()
    view.shot(other, "both")
    press(other.get_by_role("button", name="Keep mine"))
    assert other.locator(BODY).input_value() == f"Other. More. {begun}"
    (row,) = site.rows("SELECT body FROM blog_post WHERE id = ?", post["id"])
    assert row["body"] == f"Other. More. {begun}"
    assert any("One. " in row["fields"] for row in kept(site, begun))


@with_script
def test_leaving_with_unsaved_text_asks_and_a_button_does_not(view, site):
    page = view.staff("edith")
    page.goto("/admin/blog/post/add/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Title").fill(f"Left {view.scene[-25:]}")
    type_on(page, "Typed.")
    page.get_by_role("link", name="Home").first.click()
    page.wait_for_url("**/admin/")
    assert asked == ["beforeunload"]
    page.goto("/admin/blog/post/add/")
    asked.clear()
    page.get_by_label("Title").fill(f"Saved {view.scene[-25:]}")
    press(page.get_by_role("button", name="Save draft"))
    assert asked == []
