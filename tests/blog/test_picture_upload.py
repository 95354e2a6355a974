"""A picture that the script of the writing field sends while somebody writes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from blog.models import Image, Role
from tests.factories import make_user, picture

pytestmark = pytest.mark.django_db


def client_of(role) -> Client:
    client = Client()
    client.force_login(make_user(role))
    return client


def send(client, file=None):
    return client.post(reverse("admin:blog_image_upload"), {"file": file or picture()})


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.AUTHOR, Role.EDITOR])
def test_it_is_stored_and_its_address_comes_back(role):
    answer = send(client_of(role))
    image = Image.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {"url": image.file.url, "alt": ""}
    assert image.renditions == "due"


def test_the_same_picture_is_stored_once_and_brings_its_description():
    client = client_of(Role.AUTHOR)
    first = send(client).json()
    Image.objects.update(alt="A tram in fog")
    assert send(client).json() == {"url": first["url"], "alt": "A tram in fog"}
    assert Image.objects.count() == 1


@pytest.mark.parametrize(
    "name, data, sentence",
    [
        ("tram.jpg", b"no picture", "This is not a picture that can be shown"),
        ("tram.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is not a picture"),
        ("tram.jpg", b"x" * (11 * 1024 * 1024), "the limit is 10 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(name, data, sentence):
    answer = send(client_of(Role.AUTHOR), SimpleUploadedFile(name, data))
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert not Image.objects.exists()


def test_nothing_sent_is_refused_with_a_sentence():
    answer = client_of(Role.AUTHOR).post(reverse("admin:blog_image_upload"))
    assert answer.status_code == 400 and answer.json()["error"]


def test_who_may_not_add_pictures_is_told_so():
    answer = send(client_of(Role.MODERATOR))
    assert answer.status_code == 403
    assert answer.json() == {"error": "You may not add pictures."}
    assert not Image.objects.exists()
