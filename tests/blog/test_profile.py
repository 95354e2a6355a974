"""Everybody's own page: name, picture, about, mail, and the e-mail address to sign in with."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from blog.models import Image, Role, User
from tests.factories import make_post, make_user, picture, run_tasks
from tests.pages import hidden_fields, words

pytestmark = pytest.mark.django_db

PAGE = "/admin/me/"
PASSWORD = "a long enough secret"


class Person:
    def __init__(self, role=Role.AUTHOR, **fields):
        self.user, self.client = make_user(role, **fields), Client()
        self.client.force_login(self.user)
        self.page = self.client.get(PAGE)

    def save(self, page=None, **fields):
        user = self.user
        typed = {"display_name": user.display_name, "bio": "", "links": "", "email": user.email}
        typed |= {"gets_mail": "on"} | hidden_fields(page or self.page) | fields
        answer = self.client.post(PAGE, {k: v for k, v in typed.items() if v is not None})
        self.user = User.objects.get(pk=user.pk)
        return answer


def errors(answer) -> dict:
    return answer.context["adminform"].form.errors


def invited(email="ida@example.org") -> Person:
    return Person(username=email.lower(), email=email)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_one_and_a_link_to_it(role):
    person = Person(role)
    assert person.page.status_code == 200
    start = "/moderation/" if role == Role.MODERATOR else "/admin/"
    assert f'href="{PAGE}"' in person.client.get(start).content.decode()
    assert person.save(display_name="Ida Weir").status_code == 302
    assert person.user.display_name == "Ida Weir"


def test_it_is_ones_own_alone():
    other, person = make_user(Role.AUTHOR), Person()
    person.save(display_name="Ida", id=other.pk, pk=other.pk, username="x", is_superuser="on")
    assert (person.user.username, person.user.is_superuser) != ("x", True)
    assert User.objects.get(pk=other.pk).display_name == other.display_name


def test_what_is_said_about_somebody_stands_on_the_authors_page():
    person = Person()
    make_post(author=person.user)
    person.save(bio="Rides trams.", links="https://ida.example", upload=picture())
    page = Client().get(person.user.get_absolute_url()).content.decode()
    for said in ("Rides trams.", "https://ida.example", person.user.picture.file.url):
        assert said in page


def test_a_wish_about_mail_is_kept():
    person = Person()
    person.save(gets_mail=None)
    assert not person.user.gets_mail


def test_what_is_wrong_is_refused_at_its_field_and_nothing_typed_is_lost():
    person = Person()
    answer = person.save(display_name="\u200b", links="not an address", bio="Rides trams.")
    assert {"display_name", "links"} <= set(errors(answer))
    assert "Please correct the 2 errors below." in words(answer)
    assert "Rides trams." in answer.content.decode()


# The picture.


def test_a_picture_is_cleaned_and_gets_smaller_copies():
    person = Person()
    person.save(upload=picture())
    run_tasks()
    image = Image.objects.get()
    assert (person.user.picture, image.renditions) == (image, "ready")
    assert image.alt == person.user.display_name


def test_a_file_that_is_no_picture_is_refused_at_its_field():
    file = picture()
    file.file.seek(0)
    file.file.truncate(20)
    file.size = 20
    person = Person()
    assert list(errors(person.save(upload=file))) == ["upload"]
    assert not Image.objects.exists()


def test_a_picture_must_be_chosen_again_after_an_error_elsewhere():
    person = Person()
    answer = person.save(upload=picture(), display_name="")
    assert "Please choose the picture again." in words(answer)
    assert not Image.objects.exists()


def test_a_picture_can_be_taken_away_and_stays_among_the_pictures():
    person = Person()
    person.save(upload=picture())
    person.save(person.client.get(PAGE), no_picture="on")
    assert person.user.picture is None and Image.objects.exists()


def test_the_picture_of_a_person_is_in_use():
    person = Person()
    person.save(upload=picture())
    assert Image.objects.get().uses() == [person.user]


# The e-mail address.


def test_a_new_address_needs_the_password():
    for password in ("", "wrong"):
        person = Person()
        before = person.user.email
        answer = person.save(email="new@example.org", password=password)
        assert list(errors(answer)) == ["password"]
        assert person.user.email == before


def test_the_old_address_is_told(mail_server):
    person = Person()
    before = person.user.email
    person.save(email="new@example.org", password=PASSWORD)
    run_tasks()
    assert [message.to for message in mail.outbox] == [[before]]
    assert "is now new@example.org" in mail.outbox[0].body
    assert "is now new@example.org" in mail.outbox[0].alternatives[0].content


def test_no_mail_about_anything_else(mail_server):
    Person().save(display_name="Ida")
    run_tasks()
    assert mail.outbox == []


def test_who_signs_in_by_e_mail_signs_in_by_the_new_one():
    person = invited("Ida@Example.org")
    answer = person.save(email="Weir@example.org", password=PASSWORD)
    assert answer.status_code == 302 and answer.cookies["browser"].value
    assert (person.user.username, person.user.email) == ("weir@example.org", "Weir@example.org")
    assert "From now on you sign in as weir@example.org." in words(person.client.get(PAGE))
    assert Client().login(username="weir@example.org", password=PASSWORD)


def test_who_signs_in_by_another_name_goes_on_doing_so():
    person = Person(username="ida")
    person.save(email="new@example.org", password=PASSWORD)
    assert (person.user.username, person.user.email) == ("ida", "new@example.org")


@pytest.mark.parametrize("email", ["TAKEN@example.org", "name@example.org", "no address", ""])
def test_an_address_that_is_taken_or_is_none_is_refused(email):
    make_user(email="taken@example.org")
    make_user(username="name@example.org")
    person = invited()
    assert "email" in errors(person.save(email=email, password=PASSWORD))
    assert person.user.email == "ida@example.org"


def test_an_address_that_two_have_already_stands_in_nobodys_way():
    person = invited()
    make_user(email="ida@example.org")
    assert person.save(display_name="Ida").status_code == 302


def test_wrong_passwords_are_slowed_down():
    person = Person()
    answers = [person.save(email="new@example.org", password="wrong") for _try in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    answer = person.save(email="new@example.org", password=PASSWORD)
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)


# Two tabs.


def test_two_tabs_that_change_different_fields_lose_nothing():
    person = Person()
    first, second = person.client.get(PAGE), person.client.get(PAGE)
    person.save(first, bio="Rides trams.")
    before = {"display_name": "Ida", "bio": ""}
    assert person.save(second, **before).status_code == 302
    assert (person.user.display_name, person.user.bio) == ("Ida", "Rides trams.")


def test_two_tabs_that_change_the_same_field_are_asked():
    person = Person()
    first, second = person.client.get(PAGE), person.client.get(PAGE)
    person.save(first, bio="Rides trams.")
    assert "Rides trams." in errors(person.save(second, bio="Rides ferries."))["bio"][0]
    assert person.user.bio == "Rides trams."


def test_a_tab_of_before_does_not_bring_the_old_address_back():
    person = invited()
    first, second = person.client.get(PAGE), person.client.get(PAGE)
    person.save(first, email="weir@example.org", password=PASSWORD)
    person.save(second, email="ida@example.org", display_name="Ida")
    assert (person.user.display_name, person.user.email) == ("Ida", "weir@example.org")


def test_people_without_an_account_are_sent_to_the_login():
    assert "/login/" in Client().get(reverse("profile")).headers["Location"]
