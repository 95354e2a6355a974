"""Every kind of page that people at work see, and the commenter's own: nothing that the policy or
axe complains of, and nothing from afar. The public's are in test_public_pages.py."""

import re

import pytest

from tests.e2e.conftest import People, press, run_axe
from tests.site import PASSWORD

ADMIN = [
    *("", "blog/post/", "blog/post/add/", "blog/tag/", "blog/image/", "blog/image/add/"),
    *("blog/user/", "blog/user/add/", "blog/site/"),
]


@pytest.fixture
def people(chromium, magazine, request):
    visitors = People(chromium, magazine, "desktop", True, request.node.name)
    yield visitors
    visitors.leave()


def find_links(page, pattern: str) -> list[str]:
    found = [link.get_attribute("href") for link in page.locator("a[href]").all()]
    return sorted({href for href in found if re.fullmatch(pattern, href or "")})


def visit(page, path: str) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    base = page.context.pages[0].url.split("/")[2]
    foreign = [url for url in asked if not url.startswith(("data:", f"http://{base}/"))]
    assert foreign == [], path


def assert_accessible(page, path: str) -> None:
    found = run_axe(page)
    assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_queue(people, scheme):
    page = people.sign_in("admin")
    # So high that no card lies half below the bar at the bottom.
    page.set_viewport_size({"width": 1280, "height": 12_000})
    page.emulate_media(color_scheme=scheme)
    for tab in ("pending", "approved", "spam", "trash", "second-look", "reported"):
        visit(page, f"/moderation/?tab={tab}")
        assert_accessible(page, f"{tab} ({scheme})")
    many = ("many/?comment=1", "many/", "many/?reason=links&tab=spam", "many/?network=x")
    for path in ("1/history/", "1/write/", "akismet/", "policy/", "done/", "empty/", *many):
        visit(page, f"/moderation/{path}")
        assert_accessible(page, f"{path} ({scheme})")
    visit(page, "/moderation/privacy/")
    page.get_by_label("E-mail address").fill("ana@example.net")
    press(page.get_by_role("button", name="Look up"))
    people.shot(page, scheme)
    assert_accessible(page, f"privacy ({scheme})")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_done_with_one_comment(people, magazine, scheme):
    comment, post = magazine.python(
        "from tests.factories import make_comment;"
        "made = make_comment(body='Is it true?', ip='192.0.2.7', network='192.0.2.0/24');"
        "print(made.public_id, made.post_id)"
    ).split()
    page = people.staff("admin")
    page.set_viewport_size({"width": 320, "height": 740})
    page.emulate_media(color_scheme=scheme)
    pages = [f"{comment}/{end}/" for end in ("reply", "edit", "block/author", "block/network")]
    for path in [*pages, f"posts/{post}/?thread={comment}", f"{comment}/history/"]:
        visit(page, f"/moderation/{path}")
        people.shot(page, f"{scheme}-{path.partition('?')[0].strip('/').replace('/', '-')}")
        assert_accessible(page, f"{path} ({scheme})")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.locator(".more-ways summary").click()
    assert_accessible(page, f"unfolded ({scheme})")
    page.goto(f"/moderation/{comment}/reply/")
    press(page.get_by_role("button", name="Reply and approve"))
    people.shot(page, f"{scheme}-refused")
    assert_accessible(page, f"refused ({scheme})")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_commenters_page(people, magazine, scheme):
    signed = magazine.python(
        "from comments.submit import cookies; from tests.factories import make_comment;"
        "print(cookies.sign(make_comment(body='Is it true?')))"
    )
    page = people.reader()
    page.set_viewport_size({"width": 320, "height": 740})
    page.emulate_media(color_scheme=scheme)
    visit(page, f"/comments/{signed}/")
    for summary in page.locator("details.own summary").all():
        summary.click()
    people.shot(page, scheme)
    assert_accessible(page, f"the commenter's page ({scheme})")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_admin(people):
    page = people.staff("admin")
    for path in ADMIN:
        visit(page, f"/admin/{path}")
        assert page.locator("#content").is_visible(), path
    visit(page, "/admin/blog/post/")
    press(page.locator("#result_list tbody th a").first)
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="Update live post").is_visible()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_overview(people, magazine, scheme, width):
    """With something in each of its sections."""
    magazine.python(
        "from blog.models import OldPath, User;"
        "from tests.factories import make_comment, make_post;"
        "admin = User.objects.get(username='admin');"
        "make_post(status='draft', author=admin, title='Overview ' * 20);"
        "make_post(status='review'); make_post(days_ago=-1);"
        "make_post(body='![x](/media/2026/11/gone.jpg)'); make_comment();"
        "OldPath.objects.get_or_create(path='/2011/05/old/', target='/gone/')"
    )
    page = people.staff("admin")
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme=scheme)
    visit(page, "/admin/")
    people.shot(page, f"{scheme}-{width}")
    for name in ("Pending review", "Scheduled", "Comments", "To mend", "Went live", "Everything"):
        assert page.get_by_role("heading", name=name, exact=True).is_visible(), name
    assert_accessible(page, f"overview ({scheme})")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


FORBIDDEN = {
    "style": '<p style="color: red">Red.</p>',
    "script": "<script>document.title = 'Taken over'</script>",
    "img": '<img src="https://elsewhere.example/spy.png" alt="">',
}


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_what_the_policy_forbids_is_noticed(people, kind):
    """As it would come through if something let it: else every other page proves nothing."""

    def smuggle(route):
        answer = route.fetch()
        body = answer.text().replace("</main>", f"{FORBIDDEN[kind]}</main>")
        route.fulfill(response=answer, body=body)

    page = people.reader()
    page.route("**/about/", smuggle)
    page.goto("/about/", wait_until="networkidle")
    (complaint,) = people.complaints
    assert "Content Security Policy" in complaint and f"{kind}-src 'self'" in complaint
    people.complaints.clear()


def test_a_wrong_password_says_so(people):
    page = people.reader()
    page.goto("/login/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(PASSWORD + "!")
    press(page.locator("main form button[type=submit]").first)
    assert page.get_by_role("alert").first.is_visible()


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_wider_than_a_phone(people, width):
    page = people.reader()
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/")
    for path in ["/", *find_links(page, r"/\d{4}/\d{2}/[^/]+/")[:4], "/tags/", "/login/"]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
