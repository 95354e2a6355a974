"""A change of a row that readers see changes the version of the cached pages."""

import pytest
from django.contrib.auth import authenticate, login
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from blog.cache import versions
from blog.models import Image, Post, PostAuthor, Role, Site, Tag, User
from tests.blog.test_renditions import keep
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db


def saved(row, **fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def saved_whole(row, **fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


CHANGES = {
    "name": lambda post: saved(post.author, display_name="Ana"),
    "address": lambda post: saved(post.author, slug="ana"),
    "about": lambda post: saved(post.author, bio="Rides trams."),
    "links": lambda post: saved(post.author, links="https://ana.example/"),
    "portrait": lambda post: saved(post.author, picture=Image.objects.get()),
    "person": lambda post: saved_whole(post.author, display_name="Ana"),
    "no slug yet": lambda post: saved(post.author, slug="", display_name="Ana"),
    "byline": lambda post: PostAuthor.objects.replace(post, [make_user(Role.AUTHOR)]),
    "site": lambda _post: saved(Site.objects.get_or_create(pk=1)[0], name="The Quay"),
    "picture": lambda _post: saved(Image.objects.get(), alt="A tram"),
    "picture deleted": lambda _post: Image.objects.get().delete(),
    "tag": lambda _post: saved_whole(Tag.objects.get(), name="Trams"),
    "tag described": lambda _post: saved_whole(Tag.objects.get(), description="On rails."),
    "tag deleted": lambda _post: Tag.objects.get().delete(),
    "tags deleted": lambda _post: Tag.objects.all().delete(),
    "tags of a post": lambda post: post.tags.set(["Bells"]),
    "tag of a post": lambda post: post.tags.remove("Tram"),
    "post": lambda post: saved_whole(post, title="Another"),
    "post deleted": lambda post: post.delete(),
    "posts deleted": lambda _post: Post.objects.all().delete(),
    "correction": lambda post: post.corrections.record(post, "It was the 14.", None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_readers_see_changes_the_version(name):
    keep()
    post = make_post(tags=["Tram"])
    before = versions.read(versions.SITE)
    CHANGES[name](post)
    assert versions.read(versions.SITE) != before


def signed_in(user) -> None:
    request = HttpRequest()
    request.session = Client().session
    login(request, authenticate(request, username=user.username, password="a long enough secret"))


def with_another_password(user) -> None:
    user.set_password("another long secret")
    user.save()


@pytest.mark.parametrize(
    "change",
    [
        signed_in,
        with_another_password,
        lambda user: saved_whole(user, email="new@example.org", gets_mail=False),
        lambda user: saved(user, last_login=None),
        lambda _user: make_user(Role.AUTHOR),
        lambda _user: keep(),
        lambda _user: make_post(status="draft", tags=["Tram"]).delete(),
    ],
)
def test_what_readers_do_not_see_keeps_the_version(change):
    user = make_user(Role.AUTHOR)
    Tag.objects.create(name="Tram")
    before = versions.read(versions.SITE)
    change(user)
    assert versions.read(versions.SITE) == before


def test_an_address_that_a_save_fills_in_is_stored_with_the_named_columns():
    user = make_user(display_name="Ana Quay")
    user.slug = ""
    user.save(update_fields=["bio"])
    assert User.objects.get(pk=user.pk).slug == "ana-quay"


def test_the_form_of_a_person_renews_the_pages():
    post, client = make_post(), Client()
    client.force_login(make_user(Role.ADMINISTRATOR))
    before = versions.read(versions.SITE)
    page = reverse("admin:blog_user_change", args=[post.author_id])
    fields = {"display_name": "Ana", "username": "ana", "email": "ana@example.org", "slug": "ana"}
    assert client.post(page, fields | {"is_active": "on"}).status_code == 302
    assert versions.read(versions.SITE) != before
    assert "Ana" in client.get(User.objects.get(slug="ana").get_absolute_url()).content.decode()
