"""A moderator types a long answer; the session ends meanwhile."""

from playwright.sync_api import expect

from tests.e2e.conftest import press, write_comment
from tests.site import PASSWORD

ANSWER = "Thank you, we asked them.\n\n" + "They answer each letter in turn. " * 20


def test_a_long_answer_is_copied_and_sent_after_a_new_login(view, site):
    body = f"Is there a boat at night? {view.scene}"
    answer = f"{ANSWER}\n\nWritten in {view.scene}."
    reader = view.reader()
    reader.goto(site.make_post(title="The last boat"))
    write_comment(reader, body)
    comment = site.comment(body)
    page = view.sign_in("mo")
    page.goto(f"/moderation/{comment['public_id']}/reply/")
    page.locator("[name=body]").fill(answer)
    page.context.clear_cookies(name="sessionid")
    press(page.locator("button.verb-approve"))

    expect(page.get_by_role("alert")).to_have_text(
        "You are not signed in any more. Nothing was saved."
    )
    kept = page.locator("textarea").first
    assert kept.input_value().strip() == answer.strip()
    assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"]
    view.shot(page, "kept")
    assert site.comment(body)["status"] == "pending"

    text = kept.input_value()
    press(page.get_by_role("main").get_by_role("link", name="Sign in"))
    page.get_by_label("Username").fill("mo")
    page.get_by_label("Password").fill(PASSWORD)
    press(page.locator("main form button[type=submit]").first)
    page.locator("[name=body]").fill(text)
    press(page.locator("button.verb-approve"))
    assert site.comment(body)["status"] == "approved"
    assert site.comment(f"Written in {view.scene}.")["parent_id"] == comment["id"]
