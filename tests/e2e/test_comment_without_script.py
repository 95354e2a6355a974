"""A reader comments and never has to wonder where the comment went."""

from tests.e2e.conftest import press, write_comment

WAITS = "Saved. A moderator reads every comment before it appears. Yours has been waiting since"


def test_comment_without_script(view, site):
    path, body = site.make_post(), f"I sat on that tram. #FreePalestine <Citizen Kane> {view.scene}"
    page = view.reader()
    page.goto(path)
    assert page.get_by_role("heading", name="Leave a Reply").is_visible()
    assert page.get_by_text("Your email address will not be published.").is_visible()
    assert page.get_by_text("This site uses Akismet to reduce spam.").is_visible()
    write_comment(page, body)
    row = site.comment(body)
    own = page.locator(f"#comment-{row['public_id']}")
    assert page.url.endswith(f"{path}?c={row['public_id']}#comment-{row['public_id']}")
    assert WAITS in own.inner_text()
    assert "#FreePalestine <Citizen Kane>" in own.inner_text()
    view.shot(page, "waits")
    site.wait_for(body, screened="ham", status="pending")

    page.reload()
    assert WAITS in own.inner_text()
    page.go_back()
    assert page.url == f"{site.url}{path}"
    assert page.get_by_role("heading", name="Leave a Reply").is_visible()
    assert page.locator("[name=body]").input_value() == body, "the browser has the form as it was"
    press(page.get_by_role("button", name="Post Comment"))
    assert page.url.endswith(f"{path}?c={row['public_id']}#comment-{row['public_id']}")
    assert site.comment(body)["id"] == row["id"], "sent twice it is still one row"
    page.goto(path)
    assert WAITS in own.inner_text()
    press(own.get_by_role("link"))
    assert page.url.startswith(f"{site.url}/comments/")
    assert WAITS in page.locator("main").inner_text()

    other = view.reader()
    for address in (path, f"{path}?c={row['public_id']}", f"{path}feed/", "/comments/feed/"):
        other.goto(address)
        assert view.scene not in other.content()
    other.goto(f"{path}?c={row['public_id']}")
    assert other.get_by_text("Your comment is saved and waits for a moderator.").is_visible()


def test_comment_the_next_day(view, site):
    path, body = site.make_post(), f"I shall look again tomorrow, {view.scene}"
    page = view.reader()
    page.goto(path)
    write_comment(page, body)
    site.wait_for(body, screened="ham")
    state = page.context.storage_state()
    site.pass_time(86_400)
    later = view.reader(state=state)
    later.goto(path)
    assert WAITS in later.locator(f"#comment-{site.comment(body)['public_id']}").inner_text()


def test_comment_sent_twice_is_one(view, site):
    path, body = site.make_post(), f"Did that work? {view.scene}"
    page = view.reader()
    for _attempt in range(2):
        page.goto(path)
        write_comment(page, body, email=f"{len(view.scene)}@example.net")
        row = site.comment(body)
        assert page.url.endswith(f"#comment-{row['public_id']}")


def test_comment_refused_comes_back(view, site):
    path, body = site.make_post(), f"No address, but a long thought, {view.scene}"
    page = view.reader()
    page.goto(path)
    write_comment(page, body, email="nobody")
    view.shot(page, "refused")
    assert page.locator("[name=body]").input_value() == body
    assert page.locator("[name=email]").get_attribute("aria-invalid") == "true"
    email = f"mended{len(view.scene)}@example.net"
    page.locator("[name=email]").fill(email)
    press(page.get_by_role("button", name="Post Comment"))
    assert site.comment(body)["author_email"] == email
