import itertools
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.site import PASSWORD, RunningSite
from tests.smtp_sink import SmtpSink

VIEWS = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}
# The same browser without its windows, where Debian has it: a scene takes a quarter less time.
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = {
    "executable_path": os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), None),
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}
SHOTS = os.environ.get("SHOTS")
# Each device, and each of script and none; with EVERY_VIEW=1 all four together.
ACROSS = [("phone", "no-script"), ("desktop", "script")]
EVERY = list(itertools.product(VIEWS, ("script", "no-script")))
# All rules of WCAG 2.2 AA, also the size of targets, which axe leaves out by itself. Its look into
# imported stylesheets would need inline styles.
AXE = {"preload": False, "rules": {"target-size": {"enabled": True}}}
_number = itertools.count(1)
# Without what a scene before had the worker learn, and its calls of the last hour. Akismet answered
# just now: what a call of that scene meets, which ends only later, is no outage of this one.
HEALTHY = """
from blog.transactions import writing
from comments.models import Heartbeat
from django.utils import timezone
now = timezone.now()
with writing():
    Heartbeat.objects.filter(name__in=("akismet", "mail")).delete()
    known = {"passed_at": now.isoformat(), "checked_at": now.isoformat()}
    Heartbeat.objects.create(name="akismet", at=now, since=now, facts=known)
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """One for all scenes; each reader comes from an address of their own through one proxy."""
    running = RunningSite(tmp_path_factory.mktemp("site"), TRUSTED_PROXIES="1").start()
    running.make_user("Editor", "edith")
    running.make_user("Moderator", "mo")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="session")
def magazine(tmp_path_factory):
    """A site with the demo content, which scenes only read."""
    running = RunningSite(tmp_path_factory.mktemp("magazine"), DEMO="1").start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def post_office():
    sink = SmtpSink().start()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def site_with_mail(tmp_path_factory, post_office):
    folder = tmp_path_factory.mktemp("post")
    running = RunningSite(folder, TRUSTED_PROXIES="1", EMAIL_URL=post_office.url).start()
    running.make_user("Moderator", "mo")
    yield running
    assert running.stop() == 0


@pytest.fixture(autouse=True)
def healthy_akismet(site):
    site.akismet.start() if site.akismet._http is None else None
    site.akismet.mode = site.akismet.verdict = None
    site.akismet.calls.clear()
    site.python(HEALTHY)


@pytest.fixture(scope="session")
def playwright():
    """One for all browsers: two at once cannot be."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright):
    browser = playwright.chromium.launch(**CHROMIUM)
    yield browser
    browser.close()


@pytest.fixture(params=EVERY if os.environ.get("EVERY_VIEW") else ACROSS, ids="-".join)
def view(request, chromium, site):
    device, script = request.param
    people = People(chromium, site, device, script == "script", request.node.name)
    yield people
    people.leave()


# For what is the same with script and without, or cannot be looked at without.
with_script = pytest.mark.parametrize(
    "view", [(device, "script") for device in VIEWS], ids="-".join, indirect=True
)
# For what has nothing to do with the device.
on_a_desk = pytest.mark.parametrize("view", [("desktop", "script")], ids="-".join, indirect=True)


class People:
    """Opens a browser for each person of a scene and collects what their pages complained of."""

    def __init__(self, chromium, site, device: str, script: bool, scene: str):
        self.chromium, self.site, self.script, self.scene = chromium, site, script, scene
        self.size, self.phone = VIEWS[device], device == "phone"
        self.contexts, self.complaints = [], []

    def reader(self, *, headers=None, state=None):
        """A page in a browser of its own."""
        # Each in a network of their own, of those kept for tests of devices (RFC 2544).
        forwarded = {"X-Forwarded-For": f"198.18.{next(_number) % 256}.7"}
        context = self.chromium.new_context(
            base_url=self.site.url,
            viewport=self.size,
            java_script_enabled=self.script,
            extra_http_headers=forwarded if headers is None else headers,
            storage_state=state,
            has_touch=self.phone,
        )
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _listen(self, message) -> None:
        """Of console errors all count but the statuses that a scene asks for (403, 422 …)."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def staff(self, login: str, **more):
        """Signed in by the session's cookie: to check a password takes the site a second."""
        page = self.reader(**more)
        cookie = {"name": "sessionid", "value": self.site.open_session(login)}
        page.context.add_cookies([cookie | {"url": self.site.url}])
        page.goto("/desk/")
        return page

    def sign_in(self, login: str, **more):
        """As a person does it."""
        page = self.reader(**more)
        page.goto("/login/")
        page.get_by_label("Username").fill(login)
        page.get_by_label("Password").fill(PASSWORD)
        press(page.locator("main form button[type=submit]").first)
        return page

    def shot(self, page, name: str) -> None:
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{self.scene}-{name}.png", full_page=True)

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
        assert self.complaints == []


def run_axe(page, **more):
    return Axe().run(page, options=AXE, **more)


def press(what) -> None:
    """Clicks a link or button that leads to another page, and waits until that page is there."""
    with what.page.expect_navigation():
        what.click()


def open_room(page, name: str) -> None:
    """Another page of the moderators; on a phone the links are behind a menu."""
    if page.locator(".menu summary").is_visible():
        page.locator(".menu summary").click()
    press(page.locator(".rooms").get_by_role("link", name=name))


def press_more(card, name: str) -> None:
    """One of the ways that are folded away."""
    card.locator(".more-ways summary").click()
    press(card.get_by_role("link", name=name))


def write_comment(page, body: str, *, name="Ana Reader", email="") -> None:
    page.locator("[name=body]").fill(body)
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(email or f"ana{next(_number)}@example.net")
    press(page.get_by_role("button", name="Post Comment"))
