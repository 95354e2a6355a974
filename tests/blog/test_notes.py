"""The line for the editor and the one for the writer: above the form, in revisions, by mail."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from blog.models import Post, Revision, Role
from blog.transactions import writing
from tests.desk import ESSAY, Desk
from tests.factories import make_user, run_tasks
from tests.mailbox import HOSTILE
from tests.pages import words

pytestmark = pytest.mark.django_db
LINE = "The second quote needs a source, I think."


@pytest.fixture
def writer(db):
    return Desk(Role.CONTRIBUTOR)


@pytest.fixture
def editor(db):
    return Desk(Role.EDITOR)


def sent() -> list:
    run_tasks()
    return mail.outbox


def submitted(writer, **fields) -> Post:
    return writer.typed("_review", **({"note": LINE} | fields))


def press(desk, button, post, **fields):
    return desk.type(button, post, author=post.author.pk, **fields)


# By mail.


def test_the_line_for_the_editor_goes_to_the_editors(mail_server, writer, editor):
    for role in (Role.ADMINISTRATOR, Role.AUTHOR, Role.MODERATOR):
        make_user(role)
    make_user(Role.EDITOR, is_active=False)
    make_user(Role.EDITOR, email="")
    post = submitted(writer)
    assert mail.outbox == []  # it leaves with the worker, after the commit
    message = sent()[0]
    assert [each.to for each in mail.outbox] == [[editor.user.email]]
    assert message.subject == f"{writer.user} submitted “{post.title}” for review"
    for text in (message.body, message.alternatives[0].content):
        assert LINE in text
        assert settings.SITE_URL + reverse("admin:blog_post_change", args=[post.pk]) in text


def test_the_line_for_the_writer_goes_to_the_author(mail_server, writer, editor):
    post = submitted(writer)
    sent().clear()
    press(editor, "_send_back", post, note="Please name the source.")
    message = sent()[0]
    assert [each.to for each in mail.outbox] == [[writer.user.email]]
    assert message.subject == f"{editor.user} sent “{post.title}” back"
    assert "Please name the source." in message.body


def test_a_post_may_be_sent_back_without_a_line(mail_server, writer, editor):
    post = submitted(writer)
    sent().clear()
    assert press(editor, "_send_back", post).status_code == 302
    assert "It is a draft again." in sent()[0].body
    assert LINE not in mail.outbox[0].body


def test_where_there_is_no_editor_administrators_read_it(mail_server, writer):
    admin, owner = make_user(Role.ADMINISTRATOR), make_user(is_superuser=True)
    submitted(writer)
    assert {to for message in sent() for to in message.to} == {admin.email, owner.email}


def test_nobody_gets_a_mail_about_what_they_did_themselves(mail_server, editor):
    post = Desk(Role.CONTRIBUTOR).typed("_review")
    sent().clear()
    Post.objects.filter(pk=post.pk).update(author=editor.user)
    press(editor, "_send_back", Post.objects.get(pk=post.pk))
    assert sent() == []


def test_saving_it_again_in_review_mails_nothing(mail_server, writer, editor):
    post = submitted(writer)
    sent().clear()
    for fields in ({}, {"title": "Another title"}):
        writer.type("_update", post, **fields)
        press(editor, "_update", post, note="Wait.", **fields)
    assert sent() == []


def test_a_site_without_a_mail_server_queues_nothing(writer, editor):
    post = submitted(writer)
    assert run_tasks() == 0
    assert Post.objects.get(pk=post.pk).note == LINE


def test_a_loser_mails_nothing(mail_server, writer, editor):
    post = submitted(writer)
    sent().clear()
    seen = post.version
    press(editor, "_update", post, title="Another title")
    assert press(editor, "_send_back", post, note="No.", _version=seen).status_code == 409
    assert sent() == []


def test_a_post_that_is_gone_by_then_mails_nothing(mail_server, writer, editor):
    post = submitted(writer)
    with writing():
        post.delete()
    assert sent() == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_in_their_place(mail_server, writer, editor, text):
    writer.user.display_name = text[:100]
    writer.user.save()
    submitted(writer, title=text[:255], note=text)
    message = sent()[0]
    assert message.to == [editor.user.email]
    assert "\n" not in message.subject and "bcc" not in {key.lower() for key in message.message()}
    assert "<b>" not in message.alternatives[0].content


# Above the form, and nowhere else.


def test_it_stands_above_the_form_until_the_next_step(writer, editor):
    post = submitted(writer)
    press(editor, "_update", post, title="Another title")
    assert f"{writer.user}: {LINE}" in words(editor.page(post))
    press(editor, "_send_back", post, note="Please name the source.")
    writer.type("_draft", post)
    page = words(writer.page(post))
    assert f"{editor.user}: Please name the source." in page and LINE not in page
    writer.type("_review", post)
    assert "Please name the source." not in words(writer.page(post))


def test_the_revisions_keep_it_for_good(writer, editor):
    post = submitted(writer)
    press(editor, "_send_back", post, note="Please name the source.")
    writer.type("_review", post)
    kept = Revision.objects.exclude(note="").order_by("pk").values_list("verb", "note")
    assert list(kept) == [("submit", LINE), ("send_back", "Please name the source.")]


def test_no_reader_sees_it(writer, editor):
    post = submitted(writer)
    press(editor, "_update", post, note="A line for the writer.")
    press(editor, "_publish", post)
    press(editor, "_update", post, note="Smuggled into a live post.")
    post.refresh_from_db()
    public = ("/", post.path, f"{post.path}feed/", "/feed/", "/archive/", "/tags/")
    for address in (
        *public,
        post.author.get_absolute_url(),
        "/author/" + post.author.slug + "/feed/",
    ):
        for client in (Client(), editor.client):
            page = client.get(address)
            assert page.status_code == 200, address
            for line in (LINE, "A line for the writer.", "Smuggled"):
                assert line not in page.content.decode(), address


def test_no_preview_shows_it(writer, editor):
    post = submitted(writer)
    typed = ESSAY | {"author": post.author.pk, "kind": "post", "note": "Smuggled."}
    page = editor.client.post(reverse("admin:blog_post_preview", args=[post.uuid]), typed)
    made = editor.client.post(
        reverse("admin:blog_post_preview_link", args=[post.uuid]), {"_make": "1"}
    )
    address = re.search(r"/preview/[^\"]+", made.content.decode())[0]
    for shown in (page, Client().get(address)):
        assert shown.status_code == 200 and ESSAY["title"] in shown.content.decode()
        assert LINE not in shown.content.decode() and "Smuggled" not in shown.content.decode()
