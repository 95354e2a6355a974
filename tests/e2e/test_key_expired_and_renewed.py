"""A key that Akismet refuses: held and said to be, told once, and all checked when it is good."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import open_room, press, write_comment


@pytest.fixture
def boss(site, view):
    """The login of an Administrator of this view alone."""
    return site.make_user("Administrator", f"boss-{re.sub(r'[^a-z]+', '-', view.scene)}")


def told(site, login: str) -> list[str]:
    """Of alerts; a digest of what waits may have come too."""
    alerts = "SELECT text FROM comments_mail WHERE kind = 'alert' AND [to] = ?"
    rows = site.rows(alerts, f"{login}@example.org")
    return [row["text"] for row in rows]


def waiting(site) -> int:
    return len(
        site.rows(
            "SELECT id FROM comments_comment WHERE status = 'pending'"
            " AND screened IN ('waiting', 'unavailable', 'skipped') AND NOT user_is_staff"
        )
    )


def test_key_expired_and_renewed(view, site, boss):
    path = site.make_post()
    site.akismet.mode = "invalid"
    bodies = [f"Sent while the key was bad, {n}, {view.scene}" for n in range(2)]
    for body in bodies:
        reader = view.reader()
        reader.goto(path)
        write_comment(reader, body)
        site.wait_for(body, screened="unavailable", status="pending")
    site.sweep()
    count = waiting(site)
    said = re.compile(
        r"Akismet refused the key since .*\d\d:\d\d\. "
        rf"{count} comments wait unchecked; you can decide them\. "
        r"An administrator must set AKISMET_API_KEY and restart\."
    )
    admin = view.staff(boss)
    admin.goto("/moderation/?sort=newest")
    expect(admin.locator(".banners").get_by_text(said)).to_be_visible()
    card = admin.locator(f"#comment-{site.comment(bodies[1])['public_id']}")
    expect(card).to_contain_text("Not checked yet: Akismet refused the key")
    # Written when the worker looked, which may have been before the second was sent.
    (mail,) = told(site, boss)
    assert re.fullmatch(
        said.pattern.replace(f"{count} comments wait", r"\d+ comments? waits?"), mail
    )
    open_room(admin, "Spam check")
    expect(admin.locator("main")).to_contain_text("Akismet refused the key since")
    view.shot(admin, "refused")

    site.akismet.mode = None
    site.akismet.calls.clear()
    press(admin.get_by_role("button", name="Test the check"))
    site.pass_time(60)
    site.sweep()
    for body in bodies:
        site.wait_for(body, screened="ham", status="pending")
    paths = [call.path for call in site.akismet.calls if "is_test" not in call.fields]
    assert paths.index("/1.1/verify-key") < paths.index("/1.1/comment-check")
    site.sweep()
    site.sweep()
    assert len(told(site, boss)) == 2
    assert told(site, boss)[1].startswith("Akismet answers again since")
    press(admin.get_by_role("link", name="Look again").first)
    expect(admin.locator("main")).to_contain_text("Good when Akismet last answered")
    expect(admin.locator("main")).to_contain_text("answer: the check works.")
    view.shot(admin, "good")
    admin.goto("/moderation/?sort=newest")
    expect(admin.get_by_text("Akismet refused the key since")).to_have_count(0)
    expect(card).to_contain_text("said: not spam")
