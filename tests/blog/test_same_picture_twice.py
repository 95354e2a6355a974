"""The same file sent twice is one picture, wherever and however often it is sent."""

from threading import Barrier, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from blog.models import Image, Post, Role
from tests.blog.test_pictures_admin import save
from tests.blog.test_profile import Person
from tests.blog.test_renditions import keep
from tests.config.test_migrations import migrate, newest
from tests.desk import Desk, errors
from tests.factories import make_post, make_user, picture
from tests.pages import words

pytestmark = pytest.mark.django_db

HERE = "This picture was here already, and was not added again."


@pytest.fixture
def editor():
    return client_of(Role.EDITOR)


def client_of(role) -> Client:
    client = Client()
    client.force_login(make_user(role))
    return client


def add(client, *, follow=True, **fields):
    fields = {"file": picture(size=(1000, 500)), "focal_x": "50", "focal_y": "50"} | fields
    return client.post(reverse("admin:blog_image_add"), fields, follow=follow)


def files(settings) -> list:
    return [file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file()]


def test_the_second_time_shows_the_first_with_a_sentence(editor, settings):
    add(editor, alt="A tram")
    image = Image.objects.get()
    page = add(editor)
    assert page.redirect_chain[-1][0] == reverse("admin:blog_image_change", args=[image.pk])
    assert HERE in words(page) and "added successfully" not in words(page)
    assert Image.objects.get() == image and len(files(settings)) == 1
    assert LogEntry.objects.count() == 1


def test_what_it_lacked_is_filled_in_and_seen_in_texts(editor):
    image = keep()
    post = make_post(body=f"![]({image.file.url})")
    page = add(editor, alt="A tram", credit="Ana")
    image.refresh_from_db()
    assert (image.alt, image.caption, image.credit) == ("A tram", "", "Ana")
    assert 'alt="A tram"' in Post.objects.get(pk=post.pk).body_html
    assert "You typed" not in words(page)


def test_other_words_are_not_lost_and_change_nothing(editor):
    add(editor, alt="A tram", caption="The 14.")
    page = add(editor, alt="The tram", caption="The 14.", credit="Ana")
    image = Image.objects.get()
    assert (image.alt, image.credit) == ("A tram", "Ana")
    assert "It kept its own words. You typed: “The tram”" in words(page)


def test_in_a_pop_up_the_first_is_chosen(editor):
    image = keep()
    page = add(editor, _popup="1").content.decode()
    assert f"&quot;value&quot;: &quot;{image.pk}&quot;" in page
    assert Image.objects.count() == 1


def send_in_text(client):
    return client.post(reverse("admin:blog_image_upload"), {"file": picture(size=(1000, 500))})


def send_as_lead(_client):
    return Desk().type("_draft", lead_upload=picture(size=(1000, 500)))


def send_as_profile(_client):
    return Person().save(upload=picture(size=(1000, 500)))


DOORS = [add, send_in_text, send_as_lead, send_as_profile]


@pytest.mark.parametrize("second", DOORS)
@pytest.mark.parametrize("first", DOORS)
def test_every_door_knows_what_came_through_another(editor, first, second, settings):
    for number, send in enumerate((first, second)):
        assert Image.objects.count() == number
        assert send(editor).status_code in (200, 302)
    assert Image.objects.count() == 1 and len(files(settings)) == 1


def test_a_file_is_not_exchanged_for_one_that_is_here(editor):
    other, image = keep(size=(700, 400)), keep()
    Image.objects.filter(pk=other.pk).update(alt="The other tram")
    answer = save(editor, image, file=picture(size=(700, 400)), alt="Other words")
    (error,) = errors(answer)["file"]
    assert "This file is here already, as another picture" in error
    assert reverse("admin:blog_image_change", args=[other.pk]) in error
    assert "The other tram" in error and "Other words" in answer.content.decode()
    image.refresh_from_db()
    assert image.width == 1000 and default_storage.exists(image.file.name)


def test_its_own_file_once_more_is_no_other_picture(editor):
    image = keep()
    assert save(editor, image, file=picture(size=(1000, 500))).status_code == 302
    image.refresh_from_db()
    assert default_storage.exists(image.file.name)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("send", [add, send_in_text])
def test_many_at_once_are_one(send, settings):
    clients, answers = [client_of(Role.EDITOR) for _ in range(6)], []
    ready = Barrier(len(clients))

    def one(client):
        ready.wait()
        answers.append(send(client).status_code)
        connection.close()

    threads = [Thread(target=one, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 6
    assert Image.objects.count() == 1 and len(files(settings)) == 1


def test_the_database_itself_refuses_a_second_row():
    image = keep()
    with pytest.raises(IntegrityError), transaction.atomic():
        Image.objects.create(file=image.file.name, sha256=image.sha256)


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_installation_that_has_files_twice_keeps_every_address(editor):
    old = migrate([("blog", "0008_picture")]).get_model("blog", "Image")
    sizes = {"width": 40, "height": 30}
    rows = [
        old.objects.create(file=f"2026/11/{number}.jpg", sha256=sha256, **sizes)
        for number, sha256 in enumerate(["a", "b", "a", "a"])
    ]
    migrate(newest())
    kept = Image.objects.order_by("pk")
    assert [image.pk for image in kept] == [row.pk for row in rows]
    assert [image.is_duplicate for image in kept] == [False, False, True, True]
    assert [image.file.name for image in kept] == [row.file.name for row in rows]
    assert Image.objects.of_file("a").pk == rows[0].pk
