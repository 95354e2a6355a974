"""Where a form was sent from: our own page, over plain http to a host name, over loopback, with
and without script; and a page of somebody else's that posts to us."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.conftest import CHROMIUM, People, press, write_comment
from tests.factories import form_fields
from tests.site import RunningSite

HOST, FOREIGN_HOST = "blog.test", "elsewhere.test"
REFUSED = "This form was sent from another site. Please send it again here."


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """A site that is read over plain http at the name of a host."""
    running = RunningSite(tmp_path_factory.mktemp("named"), TRUSTED_PROXIES="1")
    running.environment["SITE_URL"] = f"http://{HOST}:{running.port}"
    running.start()
    running.url = running.environment["SITE_URL"]
    running.make_user("Moderator", "mo")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def chromium(playwright):
    """One to which both names are this machine."""
    rules = ", ".join(f"MAP {host} 127.0.0.1" for host in (HOST, FOREIGN_HOST))
    arguments = [*CHROMIUM["args"], f"--host-resolver-rules={rules}"]
    browser = playwright.chromium.launch(**CHROMIUM | {"args": arguments})
    yield browser
    browser.close()


@pytest.fixture(params=["script", "no-script"])
def people(request, chromium):
    opened = []

    def people(site) -> People:
        scene = f"{request.node.name}-{len(opened)}"
        opened.append(People(chromium, site, "desktop", request.param == "script", scene))
        return opened[-1]

    yield people
    for each in opened:
        # What Chromium says of plain http to a host name is so, and nothing that a page does.
        each.complaints = [c for c in each.complaints if "Opener-Policy header" not in c]
        each.leave()


@pytest.fixture(scope="module")
def foreign():
    """Somebody else's pages, each with a form that posts to us."""

    class Pages(BaseHTTPRequestHandler):
        forms: dict[str, str] = {}

        def do_GET(self):  # noqa: N802
            page = self.forms.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if self.path.startswith("/silent/"):
                self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def put(path: str, target: str, body: str) -> int:
        fields = "".join(
            f'<textarea name="{name}">{value}</textarea>'
            for name, value in form_fields(body=body).items()
        )
        Pages.forms[path] = (
            "<!doctype html><title>Elsewhere</title>"
            f'<form method="post" action="{target}comments/">{fields}'
            "<button>Win a prize</button></form>"
        )
        return server.server_port

    yield put
    server.shutdown()
    server.server_close()


def sent_headers(page, do) -> dict[str, str]:
    """What the browser itself said of where the form came from."""
    with page.expect_request(lambda request: request.method == "POST") as sent:
        do()
    return sent.value.all_headers()


@pytest.mark.parametrize("way", ["host name", "loopback"])
def test_our_own_form_is_known_as_ours(people, named, site, way):
    where = named if way == "host name" else site
    visitors = people(where)
    path, body = where.make_post(), f"From your own page, {visitors.scene}"
    page = visitors.reader()
    page.goto(path)
    headers = sent_headers(page, lambda: write_comment(page, body))
    if way == "host name":
        assert "sec-fetch-site" not in headers
        assert headers["origin"] == where.url
    else:
        assert headers["sec-fetch-site"] == "same-origin"
    row = where.comment(body)
    assert (row["status"], row["held_because"]) == ("pending", "[]")
    assert "Saved. A moderator reads" in page.locator(f"#comment-{row['public_id']}").inner_text()


def open_foreign(people, foreign, site, path: str, host: str):
    visitors = people(site)
    body = f"Win at {visitors.scene}"
    port = foreign(path, site.url + site.make_post(), body)
    page = visitors.reader()
    page.goto(f"http://{host}:{port}{path}")
    return page, body


def win(page) -> dict[str, str]:
    return sent_headers(page, lambda: press(page.get_by_role("button", name="Win a prize")))


@pytest.mark.parametrize(
    ("way", "host"),
    [("host name", FOREIGN_HOST), ("loopback", FOREIGN_HOST), ("loopback", "127.0.0.1")],
)
def test_a_foreign_page_is_refused_and_the_text_kept(people, named, site, foreign, way, host):
    where = named if way == "host name" else site
    page, body = open_foreign(people, foreign, where, "/loud/", host)
    headers = win(page)
    assert headers["origin"].startswith(f"http://{host}:")
    assert REFUSED in page.get_by_role("alert").inner_text()
    assert page.locator("[name=body]").input_value() == body
    assert where.rows("SELECT 1 FROM comments_comment WHERE body = ?", body) == []

    press(page.get_by_role("button", name="Post Comment"))
    assert where.comment(body)["held_because"] == "[]"


def test_a_foreign_page_that_hides_itself_is_held_with_the_reason(people, named, foreign):
    page, body = open_foreign(people, foreign, named, "/silent/", FOREIGN_HOST)
    headers = win(page)
    assert headers["origin"] == "null" and "sec-fetch-site" not in headers
    row = named.comment(body)
    assert (row["status"], row["held_because"]) == ("pending", '[["no-origin", ""]]')

    mo = people(named).sign_in("mo")
    mo.goto("/moderation/?sort=newest")
    card = mo.locator(f"#comment-{row['public_id']}").inner_text()
    assert "the browser did not say where the form came from" in card


def test_over_loopback_a_foreign_page_cannot_hide_itself(people, site, foreign):
    page, body = open_foreign(people, foreign, site, "/silent/", "127.0.0.1")
    headers = win(page)
    assert (headers["origin"], headers["sec-fetch-site"]) == ("null", "same-site")
    assert REFUSED in page.get_by_role("alert").inner_text()
    assert site.rows("SELECT 1 FROM comments_comment WHERE body = ?", body) == []


def test_a_foreign_page_does_not_speak_for_who_is_signed_in(people, named, foreign):
    visitors = people(named)
    page, body = visitors.sign_in("mo"), f"Published in your name, {visitors.scene}"
    port = foreign("/loud/", named.url + named.make_post(), body)
    page.goto(f"http://{FOREIGN_HOST}:{port}/loud/")
    win(page)
    assert page.get_by_role("alert").is_visible()
    assert named.rows("SELECT 1 FROM comments_comment WHERE body = ?", body) == []
