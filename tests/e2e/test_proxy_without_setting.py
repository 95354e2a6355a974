"""A proxy that nobody announced: the addresses are unknown, the comments are kept."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import People, write_comment
from tests.site import RunningSite

RED, ON_RED = "rgb(140, 29, 24)", "rgb(253, 235, 233)"
BANNER = (
    "Readers' IP addresses do not reach this site, so comments are not checked. "
    "An administrator must set TRUSTED_PROXIES=1 and restart."
)


@pytest.fixture(scope="module")
def unaware(tmp_path_factory):
    running = RunningSite(tmp_path_factory.mktemp("unaware")).start()
    running.make_user("Moderator", "mo")
    yield running
    assert running.stop() == 0


def test_proxy_without_setting(view, unaware):
    people = People(view.chromium, unaware, "desktop", view.script, view.scene)
    people.size = view.size
    path, body = unaware.make_post(), f"Where do I come from? {view.scene}"
    reader = people.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = unaware.comment(body)
    assert (row["ip"], row["network"], row["status"]) == (None, "", "pending")
    assert (row["screened"], row["check_error"]) == ("skipped", "no-address")
    assert "Saved. A moderator" in reader.locator(f"#comment-{row['public_id']}").inner_text()
    assert [call for call in unaware.akismet.calls if body in str(call.pairs)] == []

    mo = people.staff("mo", headers={})
    mo.goto("/moderation/")
    banner = mo.get_by_role("alert").filter(has_text=BANNER)
    expect(banner).to_have_css("color", RED)
    expect(banner).to_have_css("background-color", ON_RED)
    assert banner.get_by_text(BANNER).is_visible()
    assert "Not checked: the reader's IP address is unknown" in (
        mo.locator(f"#comment-{row['public_id']}").inner_text()
    )
    people.shot(mo, "banner")
    people.leave()
