"""Whatever stands in a header, an address, a filter, a field or a cookie: no view answers with an
error of ours, and what was typed comes back."""

import re
from itertools import count
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.contrib import admin
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from blog.admin.post_list import ListForm
from blog.models import Post
from tests.pages import html
from tests.world import World, addresses

pytestmark = pytest.mark.django_db


def some(step: int) -> list:
    """Each with a part of the values; with all where there is time."""
    return [pytest.param(1, marks=pytest.mark.thorough), step]


DIGITS = ("٣", "²", "１２", "9" * 30, "-1", "0001", "9" * 5000)
ODD = (*DIGITS, "a\0b", "", "http://[", "(", "1,²", "2026-99-99", "0001-01-01")
TYPED = "Typed by hand and not to be lost."

REFERERS = ("http://[", "//[", "https://[::1", "http://127.0.0.1:²/", "http://a]b/", "٣")
HEADERS = [
    *({"Referer": referer, "Origin": referer} for referer in REFERERS),
    {"Referer": "http://[", "Origin": "null", "Sec-Fetch-Site": "²"},
    {"Host": "["},
    {"Host": "127.0.0.1:²"},
    {"Host": "٣"},
    {"Host": "localhost", "Referer": "http://localhost:99999999999/"},
    {"X-Forwarded-For": "²,٣,[::, ,\x7f", "Accept-Language": "²;q=²,en;q=٣", "Accept": "²;q=²"},
    {"X-Forwarded-For": "9" * 5000, "User-Agent": "\xff" * 5000, "Accept-Language": "x" * 5000},
    {"If-Modified-Since": "Sun, 99 Foo 99999999999", "If-None-Match": "²", "Range": "bytes=²-٣"},
    {"Content-Type": "application/x-www-form-urlencoded; charset=hex"},
    {"Content-Type": "text/plain; charset=²", "X-Requested-With": "²"},
    {"Content-Type": "multipart/form-data; boundary=\xff"},
    {"Content-Length": "٣", "Content-Type": "\xff"},
]
COOKIES = ["waiting", "commenter", "sessionid", "csrftoken", "messages", "browser", "x"]
VALUES = ["²", "٣", "9" * 3000, '"\\000"', "a:b:c", "gAN9.=", "[", "%00", "", '"{"', "\x7f"]


@pytest.fixture
def world(db, own_folder, mail_server):
    return World()


def client_of(world, role: str) -> Client:
    client = world.client(role, enforce_csrf_checks=True)
    client.raise_request_exception = False
    return client


def on_the_wire(headers: dict) -> dict:
    """As a server hands on bytes."""
    return {name: value.encode().decode("latin-1") for name, value in headers.items()}


def every(step: int, values, turn) -> list:
    """Each view begins with another."""
    start = next(turn)
    return [value for n, value in enumerate(values) if (n + start) % step == 0]


def errors(asked) -> list:
    return [about for about, answer in asked if answer.status_code >= 500]


@pytest.mark.parametrize(("role", "proxies"), [("superuser", 0), ("anonymous", 1)])
@pytest.mark.parametrize("step", some(5))
def test_no_header_is_an_error_of_any_view(world, role, proxies, step, settings):
    settings.TRUSTED_PROXIES = proxies

    def ask():
        client, turn = client_of(world, role), count()
        for name in addresses():
            for headers in every(step, HEADERS, turn):
                path, sent = world.path(name), on_the_wire(headers)
                yield (name, "GET", headers), client.get(path, headers=sent)
                form = urlencode({"body": TYPED}).encode()
                kind = sent.pop("Content-Type", "application/x-www-form-urlencoded")
                posted = client.generic("POST", path, form, content_type=kind, headers=sent)
                yield (name, "POST", headers), posted

    assert errors(ask()) == []


@pytest.mark.parametrize("referer", REFERERS)
def test_what_was_typed_comes_back_from_every_form_whatever_the_referer(world, referer):
    """Sent with the token of a session that has changed."""
    client, lost = client_of(world, "superuser"), []
    for name in addresses():
        headers = on_the_wire({"Referer": referer})
        form = dict.fromkeys(("body", "words", "email"), TYPED)
        answer = client.post(world.path(name), form, headers=headers)
        if answer.status_code >= 500 or answer.status_code == 403 and TYPED not in html(answer):
            lost.append(name)
    assert lost == []


@pytest.mark.parametrize("role", ["superuser", "anonymous"])
@pytest.mark.parametrize("step", some(5))
def test_no_cookie_is_an_error_of_any_view(world, role, step):
    def ask():
        turn, client = count(), client_of(world, role)
        session = client.cookies.get(settings.SESSION_COOKIE_NAME)
        for name in addresses():
            for value in every(step, VALUES, turn):
                said = dict.fromkeys(COOKIES, value)
                if session and next(turn) % 2:
                    said["sessionid"] = session.value
                line = "; ".join(f"{each}={text}" for each, text in said.items())
                raw = {"HTTP_COOKIE": line.encode().decode("latin-1")}
                yield (name, "GET", value), client.get(world.path(name), **raw)
                yield (name, "POST", value), client.post(world.path(name), {"body": "x"}, **raw)

    assert errors(ask()) == []


@pytest.mark.parametrize("step", some(16))
def test_no_digits_in_an_address_are_an_error_of_any_view(world, step):
    def ask():
        client, turn = client_of(world, "superuser"), count()
        for name in addresses():
            parts = world.path(name).split("/")
            for place, part in enumerate(parts):
                for value in every(step, (*DIGITS, "\0", "a\0"), turn) if part else ():
                    odd = {quote(value), quote(re.sub(r"\d+", value, part, count=1))}
                    for text in odd:
                        path = "/".join([*parts[:place], text, *parts[place + 1 :]])
                        yield path, client.get(path)
                        yield path, client.post(path)

    assert errors(ask()) == []


def names_asked_for(world, client, name: str, method: str, monkeypatch) -> set[str]:
    """The fields that a view looks for in what was sent."""
    asked = set()

    def noting(real):
        def look(self, key, *args):
            asked.add(key)
            return real(self, key, *args)

        return look

    with monkeypatch.context() as patch:
        for look in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(QueryDict, look, noting(getattr(QueryDict, look)), raising=False)
        getattr(client, method)(world.path(name))
    return {key for key in asked if isinstance(key, str)} - {"csrfmiddlewaretoken"}


@pytest.mark.parametrize("step", some(14))
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_field_is_an_error_of_any_view(world, method, step, monkeypatch):
    """Each alone, and all at once."""

    def ask():
        turn = count()
        for name in addresses():
            client = world.client("superuser", raise_request_exception=False)
            asked = sorted(names_asked_for(world, client, name, method, monkeypatch))
            sent = [{key: value} for key in asked for value in every(step, ODD, turn)]
            sent += [dict.fromkeys(asked, value) for value in every(step, ODD, turn)]
            for fields in sent:
                client.force_login(world.people["superuser"])
                yield (name, fields), getattr(client, method)(world.path(name), fields)

    assert errors(ask()) == []


ACTIONS = ("delete_selected", "merge", "invite_again", "approve", "²", "a\0b")


@pytest.mark.parametrize("step", some(3))
def test_no_choice_of_rows_is_an_error_of_a_list(world, step):
    def ask():
        turn = count()
        for model in admin.site._registry:
            for action in ACTIONS:
                for value in every(step, ODD, turn):
                    fields = {"action": action, "_selected_action": value, "index": "0"}
                    yield (model, fields), client.post(list_of(model), fields)

    client = world.client("superuser", raise_request_exception=False)
    assert errors(ask()) == []


# The admin's filters.

LOOKUPS = ("", "exact", "in", "gte", "isnull", "year", "month", "day", "regex", "range", "date")
LOOKUPS += ("contains", "hour", "week_day", "id__exact", "isnull__isnull", "nothing")


def list_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def filters_of(model, model_admin) -> list[str]:
    """Those that the list offers, and what Django would take besides: any lookup of any column."""
    offered = [getattr(each, "parameter_name", None) for each in model_admin.list_filter]
    offered += ListForm.base_fields if model is Post else []
    columns = [*model._meta.fields, *model._meta.many_to_many]
    names = [f"{field.name}__{lookup}".rstrip("_") for field in columns for lookup in LOOKUPS]
    plain = ["q", "o", "p", "e", "pk", "_popup", "_to_field", "_facets", "all"]
    return [*filter(None, offered), *names, *plain]


@pytest.mark.parametrize("step", some(17))
def test_no_filter_of_the_admin_is_an_error(world, step):
    def ask():
        client, turn = client_of(world, "superuser"), count()
        for model, model_admin in admin.site._registry.items():
            for name in filters_of(model, model_admin):
                for value in every(step, ODD, turn):
                    yield (name, value), client.get(list_of(model), {name: value})

    assert errors(ask()) == []


@pytest.mark.parametrize("month", ["2026-13", "9999-12", "٣-2", "²", "9" * 30, "-1"])
def test_a_month_that_there_is_not_is_named_and_shows_no_post(world, month):
    address = reverse("admin:blog_post_changelist")
    page = html(client_of(world, "superuser").get(address, {"month": month}))
    assert "Theirs" not in page and "is not one of the available choices" in page


def test_a_lookup_that_the_list_does_not_offer_shows_the_whole_list(world):
    address, query = reverse("admin:blog_post_changelist"), {"published_at__year": "2019"}
    assert "Theirs" in html(client_of(world, "superuser").get(address, query, follow=True))


def test_a_filter_that_the_list_offers_still_narrows_it(world):
    address, client = reverse("admin:blog_post_changelist"), client_of(world, "superuser")
    day = world.post.published_at
    for query, is_there in (
        ({"status": "published"}, True),
        ({"status": "draft"}, False),
        ({"author": world.user.pk}, True),
        ({"author": 10**9}, False),
        ({"month": f"{day:%Y-%m}"}, True),
        ({"month": f"{day.year - 1}-01"}, False),
        ({"q": "Theirs", "kind": "post"}, True),
    ):
        assert (">Theirs</a>" in html(client.get(address, query))) == is_there, query
