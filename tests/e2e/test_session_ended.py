"""A moderator types a long answer, an editor an essay; the session ends meanwhile."""

from playwright.sync_api import expect

from tests.e2e.conftest import press, write_comment
from tests.site import PASSWORD

ANSWER = "Thank you, we asked them.\n\n" + "They answer each letter in turn. " * 20
LOST = "You are not signed in any more. Nothing is lost."
AGAIN = "You are signed in again. Check the form and press the button once more."


def sign_in_again(page, name: str) -> None:
    expect(page.locator("main h1")).to_have_text(LOST)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("not this one")
    press(page.locator("main form button[type=submit]").first)
    expect(page.get_by_role("alert")).to_contain_text("Please enter a correct username")
    page.get_by_label("Password").fill(PASSWORD)
    press(page.locator("main form button[type=submit]").first)
    expect(page.get_by_text(AGAIN)).to_be_visible()


def test_a_long_answer_is_sent_after_a_new_login(view, site):
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
    view.shot(page, "kept")
    sign_in_again(page, "mo")
    assert page.locator("[name=body]").input_value().strip() == answer.strip()
    assert site.comment(body)["status"] == "pending"
    press(page.locator("button.verb-approve"))
    assert site.comment(body)["status"] == "approved"
    assert site.comment(f"Written in {view.scene}.")["parent_id"] == comment["id"]


def test_session_ends_while_typing(view, site):
    title = f"The sea took the tram, {view.scene}"
    essay = "It came <slowly> & “at night”.\n\n  Nobody got in.\n\n" + "It rained. " * 2000
    page = view.sign_in("edith")
    page.goto("/admin/blog/post/add/")
    page.get_by_label("Title:").fill(title)
    page.locator("[name=body]").fill(essay)
    tram = {"name": "tram.jpg", "mimeType": "image/jpeg", "buffer": bytes(range(256)) * 4000}
    page.locator("[name=lead_upload]").set_input_files(tram)
    page.context.clear_cookies(name="sessionid")
    press(page.locator("input[name=_draft]").first)
    view.shot(page, "sign-in-again")
    sign_in_again(page, "edith")
    expect(page.get_by_text("Please choose the picture again.")).to_be_visible()
    view.shot(page, "form-is-back")
    assert page.locator("[name=body]").input_value() == essay
    assert not site.rows(f"SELECT id FROM blog_post WHERE title = '{title}'")  # noqa: S608
    press(page.locator("input[name=_draft]").first)
    (row,) = site.rows(f"SELECT body FROM blog_post WHERE title = '{title}'")  # noqa: S608
    assert row["body"].replace("\r\n", "\n").strip() == essay.strip()
