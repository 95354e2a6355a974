"""The session ends, or its token changes, while somebody types in the admin: the same form comes
back with every word, and nothing is saved before its button is pressed again."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from blog.models import Correction, Image, OldPath, Post, Role, Site, Tag, User
from tests.desk import ESSAY
from tests.factories import make_post, make_user, picture
from tests.pages import hidden_fields, html, tags, words

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"
LOST = "You are not signed in any more. Nothing is lost."
BACK = "You are signed in again. Check the form and press the button once more."
ADD = "/admin/blog/post/add/"
EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

POST = ESSAY | {"body": "One\n\n“two” & <three>\n\n  four", "kind": "page", "pinned": "on"}
POST |= {"published_at_0": "2099-11-24", "published_at_1": "07:00:00", "slug": "the-sea"}
POST |= {"meta_description": "A sea.", "language": "de", "_publish": "Publish"}
FIELDS = {
    Post: POST,
    Image: {"alt": "A tram", "caption": "The 14.", "credit": "Ana", "focal_x": "33"},
    Tag: {"name": "Seaside trams", "slug": "seaside", "description": "Wet <ones>."},
    OldPath: {"path": "/2020/01/elsewhere/", "post": "1"},
    User: {"display_name": "Ida Weir", "email": "ida@example.org", "role": "Author"},
    Correction: {"text": "It was the *other* tram."},
    Site: {"name": "The Tideline", "footer": "Printed & wet.", "tagline": "News &amp; <weather>."},
}
CHANGED_USER = {"display_name": "Ida Weir", "bio": "Rides.\nWrites.", "username": "ida"}


def row_of(model):
    post = make_post(title="Before")
    return {
        Post: lambda: post,
        Image: lambda: Image.objects.create(file=picture(), sha256="0"),
        Tag: lambda: Tag.objects.create(name="diary"),
        OldPath: lambda: post.old_paths.create(path="/before/"),
        User: lambda: post.author,
        Correction: lambda: Correction.objects.record(post, "It was blue.", post.author),
        Site: lambda: Site.objects.create(pk=1),
    }[model]()


def name_of(model) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


FORMS = [(model, verb) for model in FIELDS for verb in ("add", "change")]
FORMS.remove((Site, "add"))  # there is one
FORMS.remove((Correction, "add"))  # the form of a post makes them


class Filled(HTMLParser):
    """What stands in the fields of a page, by name, as a browser would send it."""

    def __init__(self, answer):
        super().__init__()
        self.fields, self.name = {}, ""
        self.feed(html(answer))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("textarea", "select"):
            self.name = attrs.get("name", "")
        if tag == "textarea":
            self.fields[self.name] = ""
        if tag == "option" and "selected" in attrs:
            self.fields[self.name] = attrs["value"]
        if tag == "input" and (attrs.get("type") != "checkbox" or "checked" in attrs):
            self.fields[attrs.get("name")] = attrs.get("value", "on")

    def handle_endtag(self, tag):
        if tag in ("textarea", "select"):
            self.name = ""

    def handle_data(self, data):
        if self.name in self.fields and self.lasttag == "textarea":
            # A browser drops the line break with which a text begins.
            self.fields[self.name] += data.removeprefix("\n")


def assert_filled(answer, fields):
    filled = Filled(answer).fields
    typed = {name: str(text) for name, text in fields.items() if not name.startswith("_")}
    assert {name: filled.get(name) for name in typed} == typed


@pytest.fixture
def owner():
    return make_user(is_staff=True, is_superuser=True)


def stored(model) -> list:
    columns = [field.name for field in model._meta.fields if field.name != "last_login"]
    return list(model.objects.order_by("pk").values(*columns))


def sign_in(client, answer, person, password=PASSWORD, **options):
    """On the page, as a browser does: with all its hidden fields."""
    sent = fields_of(answer) | {"_again-username": person.username, "_again-password": password}
    return client.post(answer.request["PATH_INFO"], sent, **options)


def fields_of(answer) -> dict[str, list[str]]:
    """The hidden fields of the form of the page, each with all its values."""
    page = html(answer)
    form = page[page.index('enctype="multipart') :].partition("</form>")[0]
    found: dict = {}
    for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form):
        found.setdefault(unescape(name), []).append(unescape(value))
    return found


def assert_back(answer, fields):
    assert answer.status_code == 200 and BACK in words(answer)
    assert_filled(answer, fields)


def test_no_form_of_the_admin_is_forgotten_here():
    # Comments, jobs and merges of tags have none.
    others = {model._meta.model_name for model in set(admin.site._registry) - set(FIELDS)}
    assert others == {"comment", "dbtaskresult", "postbatch", "tagmerge"}


@pytest.mark.parametrize(("model", "verb"), FORMS)
def test_every_form_of_the_admin_comes_back_after_signing_in(model, verb, owner):
    row, fields = row_of(model), FIELDS[model]
    path = reverse(f"{name_of(model)}_{verb}", args=[row.pk] if verb == "change" else [])
    if model is User and verb == "change":
        fields = CHANGED_USER
    if model is Post:
        fields |= {"author": str(owner.pk)}
    before, client = stored(model), Client()
    answer = client.post(path, fields)
    assert LOST in words(answer) and "no-store" in answer["Cache-Control"]
    answer = sign_in(client, answer, owner)
    assert_back(answer, fields)
    assert stored(model) == before


def test_the_form_that_came_back_is_saved_under_the_new_token(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    client.get(ADD, follow=True)
    client.cookies.pop("sessionid")
    old = client.cookies[settings.CSRF_COOKIE_NAME].value
    token = {"csrfmiddlewaretoken": old}
    fields = ESSAY | {"author": owner.pk, "kind": "post", "_publish": "1"}
    answer = client.post(ADD, fields | token)
    answer = sign_in(client, answer, owner)
    assert BACK in words(answer) and not Post.objects.exists()
    assert client.cookies[settings.CSRF_COOKIE_NAME].value != old, "as after every sign-in"
    token = hidden_fields(answer)["csrfmiddlewaretoken"]
    answer = client.post(ADD, fields | {"csrfmiddlewaretoken": token})
    assert answer.status_code == 302 and Post.objects.get().body == ESSAY["body"]


def test_a_wrong_password_keeps_everything(owner):
    client = Client()
    answer = client.post(ADD, ESSAY)
    for _n in range(3):
        answer = sign_in(client, answer, owner, "a wrong secret")
        assert LOST in words(answer) and "Please enter a correct username" in words(answer)
        assert "a wrong secret" not in html(answer)
    assert_back(sign_in(client, answer, owner), ESSAY)


def test_guessing_on_this_page_gets_as_slow_as_on_the_other(owner):
    client = Client()
    answer = client.post(ADD, ESSAY)
    statuses = [sign_in(client, answer, owner, "wrong").status_code for _n in range(6)]
    assert statuses == [403] * 5 + [429]
    told = sign_in(client, answer, owner)
    assert told.status_code == 429 and "Too many tries." in words(told) and told["Retry-After"]
    assert ESSAY["body"] in fields_of(told)["body"], "the right password waits, the text with it"
    assert client.post("/login/", {"username": owner.username, "password": "x"}).status_code == 429


def test_the_browser_is_known_afterwards(owner):
    client = Client()
    sign_in(client, client.post(ADD, ESSAY), owner)
    assert "browser" in client.cookies


def test_the_sign_in_needs_the_token(owner):
    client = Client(enforce_csrf_checks=True)
    fields = ESSAY | {"_again": "1", "_again-username": owner.username, "_again-password": PASSWORD}
    answer = client.post(ADD, fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403 and "sessionid" not in client.cookies
    assert LOST in words(answer) and ESSAY["body"] in fields_of(answer)["body"]


@pytest.mark.parametrize("role", [Role.MODERATOR, None])
def test_somebody_without_the_right_gets_the_text_to_be_copied(role):
    client = Client()
    answer = sign_in(client, client.post(ADD, ESSAY), make_user(role))
    assert answer.status_code == 403 and "Your account may not do this." in words(answer)
    assert f"{ESSAY['body']}</textarea>" in html(answer)
    assert "Text" in words(answer) and ">body<" not in html(answer)
    assert not Post.objects.exists()


def test_nor_is_it_lost_where_the_admin_leads_away():
    """From a post of somebody else, and from a tag that is gone."""
    post, client = make_post(title="Theirs"), Client()
    path = reverse("admin:blog_post_change", args=[post.pk])
    answer = sign_in(client, client.post(path, ESSAY), make_user(Role.AUTHOR))
    assert answer.status_code == 404 and f"{ESSAY['body']}</textarea>" in html(answer)
    client = Client()
    answer = client.post(reverse("admin:blog_tag_change", args=[7]), {"description": ESSAY["body"]})
    answer = sign_in(client, answer, make_user(Role.EDITOR))
    assert answer.status_code == 404 and "is not there any more" in words(answer)
    assert f"{ESSAY['body']}</textarea>" in html(answer)


def test_a_chosen_file_has_to_be_chosen_again_and_the_page_says_so(owner):
    client = Client()
    answer = client.post(ADD, ESSAY | {"lead_upload": picture()})
    assert "Pictures have to be chosen again." in words(answer)
    answer = sign_in(client, answer, owner, "wrong")
    assert "Pictures have to be chosen again." in words(answer)
    answer = sign_in(client, answer, owner)
    assert "Please choose the picture again." in words(answer)
    assert "lead_upload" in answer.context["adminform"].form.errors


def test_passwords_do_not_come_back(owner):
    """Nor does their page, since nothing else is typed there."""
    client = Client()
    path = reverse("admin:auth_user_password_change", args=[owner.pk])
    answer = client.post(path, {"password1": "secret one two", "password2": "secret one two"})
    assert answer.status_code == 302 and "/login/" in answer["Location"]
    answer = client.post(ADD, ESSAY | {"old_password": "secret one two"})
    assert LOST in words(answer) and "secret one two" not in html(answer)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/admin/blog/tag/{}/delete/", {"post": "yes"}),
        ("/admin/blog/tag/", {"action": "delete_selected", "_selected_action": "1", "index": "0"}),
    ],
)
def test_a_button_where_nothing_is_typed_leads_by_the_login_to_its_page(path, sent):
    path = path.format(Tag.objects.create(name="diary").pk)
    answer = Client().post(path, sent)
    assert answer.status_code == 302 and answer["Location"].endswith(f"/login/?next={path}")
    assert Tag.objects.exists()


def test_what_is_typed_into_another_page_of_the_admin_comes_back_to_be_copied(owner):
    tag, client = Tag.objects.create(name="diary"), Client()
    sent = {"action": "merge", "_selected_action": tag.pk, "merge": "1", "name": "Journal of trams"}
    came = {"Referer": "http://testserver/admin/blog/tag/?q=d"}
    answer = client.post("/admin/blog/tag/", sent, headers=came)
    answer = sign_in(client, answer, owner)
    assert answer.status_code == 200 and "Journal of trams</textarea>" in html(answer)
    assert 'href="/admin/blog/tag/?q=d"' in html(answer) and Tag.objects.exists()


def test_no_form_is_carried_out_by_the_button_that_shows_it_again(owner):
    """Whatever the form says: the delete page of somebody who is signed in, for one."""
    tag, client = Tag.objects.create(name="diary"), Client()
    client.force_login(owner)
    path = reverse("admin:blog_tag_delete", args=[tag.pk])
    client.post(path, {"post": "yes", "_again": "1"})
    client.post(ADD, ESSAY | {"author": owner.pk, "_publish": "1", "_again": "1"})
    assert Tag.objects.exists() and not Post.objects.exists()


def test_the_version_of_the_page_comes_back_too(owner):
    """So that what somebody else saved meanwhile is still shown beside it."""
    post, client = make_post(title="Before"), Client()
    path = reverse("admin:blog_post_change", args=[post.pk])
    answer = sign_in(client, client.post(path, ESSAY | {"_version": "5", "_tab": "abc"}), owner)
    assert BACK in words(answer)
    assert {"_version": "5", "_tab": "abc"}.items() <= hidden_fields(answer).items()
    assert not post.revisions.exists()


# A token that has changed, as after a sign-in in another tab.


def with_old_token(person, headers, **sent):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get(ADD, follow=True)
    sent = ESSAY | {"author": person.pk, "csrfmiddlewaretoken": "a" * 64} | sent
    return client, client.post(ADD, sent, headers=headers), sent


def test_after_a_changed_token_one_button_brings_the_form_back(owner):
    client, answer, sent = with_old_token(owner, {"Sec-Fetch-Site": "same-origin"}, _publish="1")
    assert answer.status_code == 403 and "Show the form again" in words(answer)
    answer = client.post(ADD, fields_of(answer))
    assert answer.status_code == 200
    assert "Nothing is saved yet. Check the form and press the button once more." in words(answer)
    assert_filled(answer, ESSAY)
    assert not Post.objects.exists()
    sent["csrfmiddlewaretoken"] = hidden_fields(answer)["csrfmiddlewaretoken"]
    assert client.post(ADD, sent | {"kind": "post"}).status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        EVIL,
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Referer": "https://evil.example"},
    ],
)
def test_a_form_that_another_site_may_have_sent_has_no_such_button(owner, headers):
    _client, answer, _sent = with_old_token(owner, headers)
    assert answer.status_code == 403 and "Show the form again" not in words(answer)
    assert ESSAY["title"] in words(answer) and not Post.objects.exists()


def test_a_session_and_a_token_that_are_both_gone_lose_nothing_either(owner):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(ADD, ESSAY, headers={"Sec-Fetch-Site": "same-origin"})
    assert LOST in words(answer)
    assert_back(sign_in(client, answer, owner), ESSAY)


def test_the_page_is_a_form_that_reads_well(owner):
    answer = Client().post(ADD, ESSAY)
    labels = [unescape(label) for label in re.findall(r"<label[^>]*>([^<]*)", html(answer))]
    assert {"Title", "Deck", "Text", "Description of the lead picture"} <= set(labels)
    assert not {"body", "lead_alt", "comments_open"} & set(labels)
    (form,) = [tag for tag in tags(answer, "form") if tag.get("enctype")]
    assert "action" not in form, "the same address"
