"""Who lost the link to a comment types an address, and finds it in the mail; a stranger finds
nothing, and reads the same."""

import re

import pytest

from tests.e2e.conftest import press, write_comment

SAID = "If comments were sent with this e-mail address in the last two years, a mail with"


@pytest.fixture(scope="module")
def site(site_with_mail):
    return site_with_mail


def ask(page, email: str) -> str:
    page.goto("/comments/find/")
    page.get_by_label("Email").fill(email)
    press(page.get_by_role("button", name="Send me the links"))
    return page.locator("main").inner_text()


def test_lost_link(view, site, post_office):
    path, body = site.make_post(), f"Where did I say this? {view.scene}"
    email = f"{re.sub('[^a-z]+', '-', view.scene)}@example.net"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body, email=email)
    site.wait_for(body, screened="ham")

    later = view.reader()  # another browser: no cookie
    later.goto(path)
    assert body not in later.content()
    press(later.get_by_role("link", name="Lost the link to an earlier comment?"))
    view.shot(later, "find")
    known = ask(later, email)
    assert SAID in known
    view.shot(later, "sent")
    assert ask(later, f"nobody-{email}") == known
    assert ask(later, email.upper()) == known

    site.wait_for_mail(email, closed_at=None)
    unknown = "no comment was sent with this e-mail address"
    site.wait_for_mail(f"nobody-{email}", sent_at=None, error=unknown)
    (message,) = post_office.to(email)
    text = message.get_body(("plain",)).get_content()
    assert body not in text and "Ana Reader" not in text
    assert post_office.to(f"nobody-{email}") == []

    link = re.search(r"http://\S+(/comments/\d+:\S+)", text)[1]
    later.goto(link)
    assert "Saved. A moderator reads every comment" in later.locator("main").inner_text()
    assert later.locator("article").get_by_text(body).is_visible()
    view.shot(later, "status")
    ways_out = message["List-Unsubscribe"].strip(" <>").removeprefix(site.url)
    later.goto(ways_out)
    press(later.get_by_role("button", name="No more mail from this site to this e-mail address"))
    assert "This site sends no more mail to this e-mail address." in later.content()
    view.shot(later, "stopped")
    assert len(site.rows("SELECT * FROM comments_optout")) >= 1
