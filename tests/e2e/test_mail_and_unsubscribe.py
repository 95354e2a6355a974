"""From the box in the form to the last answer that sends no mail, by a real mail server."""

import re
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import press, press_more, write_comment

UNDER_WAY = "claimed_at IS NOT NULL AND sent_at IS NULL AND closed_at IS NULL"


@pytest.fixture(scope="module")
def site(site_with_mail):
    return site_with_mail


def approve(mo, site, body: str) -> None:
    row = site.wait_for(body, screened="ham")
    mo.goto("/moderation/?sort=newest")
    card = mo.locator(f"#comment-{row['public_id']}")
    card.get_by_role("button", name="Approve").click()
    expect(mo.get_by_text("approved").first).to_be_visible()
    site.wait_for(body, status="approved")


def send_due(site, seconds: int) -> None:
    site.pass_time(seconds)
    site.sweep()


def wait_for(post_office, email: str, count: int) -> list:
    for _attempt in range(150):
        if len(post_office.to(email)) >= count:
            break
        time.sleep(0.1)
    found = post_office.to(email)
    assert len(found) == count
    return found


def link_in(message, purpose: str, site) -> str:
    text = message.get_body(("plain",)).get_content()
    return re.search(rf"{site.url}(/comments/mail/{purpose}/\S+)", text)[1]


def test_mail_and_unsubscribe(view, site, post_office):
    path, body = site.make_post(), f"Who saw the tram? {view.scene}"
    email = f"{re.sub('[^a-z]+', '-', view.scene)}@example.net"
    reader = view.reader()
    reader.goto(path)
    reader.get_by_label("Tell me when it is published.").check()
    view.shot(reader, "form")
    write_comment(reader, body, email=email)

    mo = view.staff("mo")
    approve(mo, site, body)
    assert post_office.to(email) == []
    send_due(site, 61)
    (first,) = wait_for(post_office, email, 1)
    assert first["From"] == "Broadside <no-reply@127.0.0.1>"
    assert first["Subject"] == "A comment is published at Broadside"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] and first["Date"] and first["Bcc"] is None
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert body not in str(first) and "Ana Reader" not in str(first)

    confirm = link_in(first, "confirm", site)
    reader.goto(confirm)
    view.shot(reader, "confirm")
    subscription = "SELECT * FROM comments_subscription WHERE email = ?"
    assert site.rows(subscription, email)[0]["confirmed_at"] is None
    press(reader.get_by_role("button", name="Yes, mail me when somebody answers"))
    assert "You get a mail when somebody answers this comment." in reader.content()
    assert site.rows(subscription, email)[0]["confirmed_at"]
    view.shot(reader, "confirmed")

    answer(view, site, mo, path, body, "I saw it.")
    send_due(site, 61)
    second = wait_for(post_office, email, 2)[1]
    assert second["Subject"].strip().startswith("An answer to your comment on")
    assert "I saw it." in second.get_body(("plain",)).get_content()

    one_click = second["List-Unsubscribe"].strip(" <>")
    request = urllib.request.Request(one_click, b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request, timeout=10) as response:
        assert (response.status, response.url) == (200, one_click)
    assert site.rows(subscription, email)[0]["ended_at"]
    answer(view, site, mo, path, body, "So did I.")
    send_due(site, 3 * 3600)
    time.sleep(2)
    assert len(post_office.to(email)) == 2
    mo.goto(f"/moderation/{site.comment(body)['public_id']}/history/")
    assert "Mail to the commenter: it is published" in mo.locator("main").inner_text()
    view.shot(mo, "history")


def answer(view, site, mo, path: str, to: str, words: str) -> None:
    words = f"{words} {view.scene}"
    reader = view.reader()
    reader.goto(f"{path}reply/{site.comment(to)['public_id']}/")
    write_comment(reader, words, name="Bo")
    approve(mo, site, words)


def test_a_mail_server_that_is_away_or_hangs_stops_nobody(view, site, post_office):
    path, body = site.make_post(), f"Is there post? {view.scene}"
    email = f"away-{re.sub('[^a-z]+', '-', view.scene)}@example.net"
    reader = view.reader()
    reader.goto(path)
    reader.get_by_label("Tell me when it is published.").check()
    write_comment(reader, body, email=email)
    mo = view.staff("mo")
    approve(mo, site, body)
    post_office.mode = "hang"
    try:
        send_due(site, 61)
        reader.goto(path)
        started = time.monotonic()
        write_comment(reader, f"Meanwhile, {view.scene}")
        assert time.monotonic() - started < 8
        site.wait_for(f"Meanwhile, {view.scene}", screened="ham")
        wait_until_failing(site)
        mo.goto("/moderation/")
        assert "Mail cannot be sent since" in mo.locator("main").inner_text()
        view.shot(mo, "banner")
        # Each sender that hangs gives up: one that did so later would say that mail still fails.
        site.wait_until(lambda: not site.rows(f"SELECT * FROM comments_mail WHERE {UNDER_WAY}"))
        row = site.rows("SELECT * FROM comments_mail WHERE `to` = ?", email)[0]
        assert row["tries"] == 1 and not row["sent_at"] and not row["closed_at"]
    finally:
        post_office.mode = "ok"
    send_due(site, 70)
    wait_for(post_office, email, 1)
    wait_until_failing(site, False)
    mo.reload()
    assert "Mail cannot be sent since" not in mo.locator("main").inner_text()


def wait_until_failing(site, fails: bool = True) -> None:
    failing = "SELECT * FROM comments_heartbeat WHERE name = 'mail' AND state <> 'ok'"
    site.wait_until(lambda: bool(site.rows(failing)) == fails)


def test_a_letter_to_the_commenter(view, site, post_office):
    path, body = site.make_post(), f"My phone number is 1234. {view.scene}"
    email = f"letter-{re.sub('[^a-z]+', '-', view.scene)}@example.net"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body, email=email)
    row = site.wait_for(body, screened="ham")
    mo = view.staff("mo")
    mo.goto("/moderation/?sort=newest")
    press_more(mo.locator(f"#comment-{row['public_id']}"), "Write to the commenter")
    press(mo.get_by_role("button", name="Send"))
    assert "Please write something." in mo.content()
    mo.get_by_label("Your words").fill("Shall we take the number out?")
    view.shot(mo, "letter")
    press(mo.get_by_role("button", name="Send"))
    assert "wrote to the commenter" in mo.locator("main").inner_text()
    (message,) = wait_for(post_office, email, 1)
    text = message.get_body(("plain",)).get_content()
    assert "Shall we take the number out?" in text and "1234" not in text
    view.shot(mo, "written")
