"""The server dies while somebody types, and comes back."""

import os
import re
import signal

from playwright.sync_api import expect

from tests.config.test_respawn import children
from tests.e2e.conftest import People, press, with_script
from tests.e2e.editor import BODY, kept, line, open_new, type_on
from tests.site import RunningSite


def kill(pid: int) -> None:
    """With all that it started."""
    started = children(pid)
    os.kill(pid, signal.SIGKILL)
    for each in started:
        kill(each)


@with_script
def test_server_killed_while_typing(view, tmp_path, request):
    """A site of its own, since it stops."""
    site = RunningSite(tmp_path / "site", TRUSTED_PROXIES="1").start()
    site.make_user("Editor", "edith")
    device = "phone" if view.phone else "desktop"
    people = People(view.chromium, site, device, True, request.node.name)
    page = open_new(people)
    page.get_by_label("Title").fill("The last boat")
    type_on(page, "Before the end.")
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    kill(site.process.pid)
    site.process.wait()
    type_on(page, " After the end.")
    expect(line(page)).to_have_text("NOT saved: offline. Kept in this browser.")
    site.start()
    expect(line(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"), timeout=60_000)
    assert kept(site, "Before the end. After the end.")
    press(page.get_by_role("button", name="Publish"))
    assert page.locator(BODY).input_value() == "Before the end. After the end."
    found = site.rows("SELECT status FROM blog_post WHERE title = ?", "The last boat")
    assert found == [{"status": "published"}]
    people.leave()
    assert site.stop() == 0
