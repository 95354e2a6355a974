"""Every name stands in <bdi>, or between the isolating characters where there is no HTML: one that
turns a line round turns only itself."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client

from blog.models import Role, Site
from blog.text.characters import DIRECTIONS
from comments.models import Closing, Comment, Evidence, Report
from comments.moderation.revise import revise
from comments.worker.sweep import sweep
from tests.factories import make_comment, make_post, make_user, moderator, send_comment
from tests.mailbox import later, letter
from tests.pages import field, hidden_fields, hrefs, html
from tests.policy import test_policy_page as policy

pytestmark = pytest.mark.django_db

NAME, STAFF, WRITER = "\u202eEvil Eve", "\u202eMo Derator", "\u202eAda Author"
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
# Their text is no part of a line of the page, or is what somebody types there.
APART = ("title", "textarea", "option", "script")
VOID = ("meta", "link", "input", "br", "img", "hr", "wbr", "source", "col")


class Names(HTMLParser):
    """The pieces of a page that hold one of the names and do not isolate it."""

    def __init__(self, page: str):
        super().__init__()
        self.open, self.found, self.seen = [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("aria-label", "title") or name.startswith("data-"):
                self.look(value or "", f"{tag} {name}")

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, text):
        if not {"bdi", *APART}.intersection(self.open):
            self.look(text, " ".join(self.open[-3:]))
        elif "bdi" in self.open:
            self.seen += 1

    def look(self, text: str, where: str):
        rest = ISOLATED.sub("", text)
        if any(name[1:] in rest for name in (NAME, STAFF, WRITER)):
            self.found.append((where, " ".join(text.split())))


@pytest.fixture
def world():
    Site.objects.create(pk=1)
    mo = moderator()
    mo.display_name = STAFF
    mo.save()
    writer = make_user(Role.AUTHOR, display_name=WRITER)
    post = make_post(author=writer, tags=["Tram"])
    other = make_user(Role.AUTHOR, display_name=f"{WRITER} too")
    post.bylines.create(user=other, position=1)
    return post


def said(post, **fields) -> Comment:
    return make_comment(post, author_name=NAME, **fields)


def walk(client, *starts: str, within: str) -> None:
    """The pages, and those that they link to."""
    seen, waiting, isolated = set(), list(starts), 0
    while waiting:
        path = waiting.pop().partition("#")[0]
        if path in seen:
            continue
        seen.add(path)
        response = client.get(path, follow=True)
        if "html" not in response["Content-Type"]:
            continue
        names = Names(html(response))
        assert (response.status_code, names.found) == (200, []), path
        isolated += names.seen
        if path in starts:
            waiting += [href for href in hrefs(response) if re.match(within, href)]
    assert isolated


def test_readers_pages(world):
    first = said(world, status="approved")
    said(world, parent=first, status="approved")
    client = Client()
    walk(client, "/", world.path, world.author.get_absolute_url(), within=r"/(?!login)")
    saved = send_comment(client, world, name=NAME)
    walk(client, saved.url.partition("#")[0], within="/comments/")
    preview = send_comment(client, world, parent=str(first.public_id), preview="1")
    assert NAME in html(preview) and Names(html(preview)).found == []
    client.force_login(make_user(display_name=NAME))
    walk(client, world.path, within="/comments/")


def test_moderators_pages(world):
    mo = moderator()
    make_comment(world, author_name=STAFF, held_because=[["staff-name", STAFF]])
    root = said(world, status="approved", author_url="https://a.example/")
    reply = said(world, parent=root)
    for status in ("pending", "spam", "trash"):
        said(world, status=status)
    words = {"body": "Another.", "author_name": f"{NAME} 2", "author_url": ""}
    assert revise(root, words, by=mo, seen=root.version)
    Report.submit(root, "Rude.", "203.0.113.0/24")
    letter(reply)
    Evidence.keep(reply, "A threat.", by=mo)
    Closing.close(world, root, by=mo)
    Closing.close(world, by=mo)
    reply.trash(by=mo)
    reply.restore(by=mo)
    client = Client()
    client.force_login(mo)
    tabs = ("pending", "approved", "spam", "trash", "reported", "second-look", "pending&q=Evil")
    pages = [f"/moderation/?tab={tab}" for tab in tabs]
    walk(client, *pages, "/moderation/many/?tab=pending&network=203.0.113.7", within="/moderation/")


def test_a_rule_that_is_tried(world):
    client = Client()
    client.force_login(moderator())
    tried = client.post(
        policy.ADDRESS, policy.typed() | {"try-name": STAFF, "try-body": "x", "try": "1"}
    )
    assert "is the name of somebody who works here." in html(tried)
    assert Names(html(tried)).found == []


def test_what_is_said_after_a_decision(world, mail_server):
    client = Client()
    client.force_login(moderator())
    for page, typed in (
        ("/reply/", {"body": "We know."}),
        ("/edit/", {"body": "x", "name": NAME}),
        ("/write/", {"text": "Hello."}),
    ):
        said(world)
        path = next(href for href in hrefs(client.get("/moderation/")) if page in href)
        hidden = hidden_fields(client.get(path))
        response = client.post(path, hidden | typed, follow=True)
        assert response.redirect_chain, path
        assert Names(html(response)).found == [], path


def test_what_is_said_of_somebody_who_was_faster(world):
    comment, client = said(world), Client()
    client.force_login(moderator())
    row = field(client.get("/moderation/"), "row")
    comment.trash(by=moderator())
    response = client.post("/moderation/decide/", {"row": row, "verb": "approve"}, follow=True)
    assert response.status_code == 409
    assert Names(html(response)).found == []


def test_the_admin(world):
    comment = said(world)
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    walk(client, "/admin/comments/comment/", within="/moderation/")
    make_user(display_name=NAME, email=comment.author_email)
    found = client.post("/moderation/privacy/", {"email": comment.author_email, "do": "look"})
    assert found.status_code == 200 and Names(html(found)).found == []


def test_mails_and_feeds(world, mail_server):
    mo = moderator()
    root = said(world, status="approved", author_email="eve@example.net")
    said(world, parent=root)
    make_comment(world, author_name="אבא")
    sweep()
    later(minutes=61)
    Comment.objects.get(parent=root).approve(by=mo)
    later(minutes=61)
    assert len(mail.outbox) >= 2
    for message in mail.outbox:
        for text in (message.subject, message.body):
            assert not DIRECTIONS.search(ISOLATED.sub("", text)), text
        assert "אבא" not in ISOLATED.sub("", message.body)
        assert Names(message.alternatives[0].content).found == []
    for path in ("/comments/feed/", f"{world.path}feed/"):
        titles = re.findall("<title>(.*?)</title>", html(Client().get(path)))
        assert any("\u2068Evil Eve\u2069: " in title for title in titles), titles
        assert "\u202e" not in html(Client().get(path))
