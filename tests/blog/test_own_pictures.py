"""An Author mends the description of an own picture; pictures of others stay theirs."""

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.urls import reverse

from blog.models import Image, Post, Role
from tests.blog.test_pictures_admin import delete, page_of, save
from tests.blog.test_renditions import keep
from tests.blog.test_same_picture_twice import add, send_in_text
from tests.config.test_migrations import migrate, newest
from tests.desk import Desk
from tests.factories import make_post, make_user, picture
from tests.pages import words
from tests.world import signed_in

pytestmark = pytest.mark.django_db

EDITORS = [Role.ADMINISTRATOR, Role.EDITOR]
OTHERS = [Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR]


@pytest.fixture
def author():
    return make_user(Role.AUTHOR)


def said(image) -> tuple:
    image.refresh_from_db()
    return image.alt, image.caption, image.credit, image.focal_x


def added_by(user) -> Image:
    image = keep()
    image.added_by = user
    image.save()
    return image


@pytest.mark.parametrize("send", [add, send_in_text])
def test_a_picture_knows_who_added_it(author, send):
    send(signed_in(author))
    assert Image.objects.get().added_by == author


def test_so_does_one_that_came_as_a_lead_picture_or_as_ones_own():
    desk = Desk()
    desk.typed("_draft", lead_upload=picture())
    assert Image.objects.get().added_by == desk.user


def test_an_author_mends_the_words_and_the_point_of_an_own_picture(author):
    image = added_by(author)
    post = make_post(body=f"![]({image.file.url})")
    assert save(signed_in(author), image, focal_x="20").status_code == 302
    assert said(image) == ("A tram", "The 14.", "Ana", 0.2)
    assert 'alt="A tram"' in Post.objects.get(pk=post.pk).body_html


def test_but_neither_exchanges_its_file_nor_deletes_it(author):
    image = added_by(author)
    client, before = signed_in(author), image.file.name
    assert 'type="file"' not in client.get(page_of(image)).content.decode()
    save(client, image, file=picture(size=(700, 400)))
    assert delete(client, image).status_code == 403
    delete(client, image, from_the_list=True)
    image.refresh_from_db()
    assert image.file.name == before and default_storage.exists(before)


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("owner", [Role.AUTHOR, Role.EDITOR, None])
def test_somebody_elses_picture_stays_theirs(role, owner):
    image = added_by(owner and make_user(owner))
    before = said(image)
    assert save(signed_in(make_user(role)), image).status_code == 403
    assert said(image) == before


def test_its_page_is_there_to_be_read_and_shows_no_field(author):
    image = added_by(make_user(Role.AUTHOR))
    page = signed_in(author).get(page_of(image)).content.decode()
    assert 'name="alt"' not in page and 'name="_save"' not in page
    assert image.file.url in page


@pytest.mark.parametrize("role", EDITORS)
@pytest.mark.parametrize("owner", [Role.AUTHOR, None])
def test_an_editor_mends_all(role, owner):
    image = added_by(owner and make_user(owner))
    assert save(signed_in(make_user(role)), image).status_code == 302
    assert said(image)[0] == "A tram"


def test_the_same_file_sent_by_another_is_not_theirs_and_gets_none_of_their_words(author):
    owner = make_user(Role.AUTHOR)
    image = added_by(owner)
    page = add(signed_in(author), alt="My tram")
    assert page.status_code == 200
    image.refresh_from_db()
    assert (image.added_by, image.alt) == (owner, "")
    assert "It kept its own words. You typed: “My tram”" in words(page)


def test_a_contributor_adds_and_does_not_change():
    person = make_user(Role.CONTRIBUTOR)
    image = added_by(person)
    assert save(signed_in(person), image).status_code == 403


def test_the_list_leads_everybody_who_writes_to_the_picture(author):
    image = added_by(None)
    page = signed_in(author).get(reverse("admin:blog_image_changelist")).content.decode()
    assert page_of(image) in page


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_added_the_pictures_of_before_is_read_from_the_log(author):
    apps = migrate([("blog", "0008_picture")])
    Group.objects.get(name="Author").permissions.clear()
    old, kinds = apps.get_model("blog", "Image"), apps.get_model("contenttypes", "ContentType")
    rows = [
        old.objects.create(file=f"{name}.jpg", sha256=name, width=40, height=30) for name in "ab"
    ]
    kind = kinds.objects.get(app_label="blog", model="image")
    for number, flag in enumerate((ADDITION, CHANGE)):
        LogEntry.objects.create(
            user=author, content_type_id=kind.pk, object_id=rows[number].pk, action_flag=flag
        )
    migrate(newest())
    assert [image.added_by for image in Image.objects.order_by("pk")] == [author, None]
    assert save(signed_in(author), Image.objects.order_by("pk")[0]).status_code == 302
