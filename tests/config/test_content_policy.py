"""The Content-Security-Policy behind both sanitizers: the same on every kind of answer."""

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from blog.models import Role
from tests.factories import make_post, make_user, moderator
from tests.pages import tags

pytestmark = pytest.mark.django_db

# As the design has it, and what no page needs: to be framed, or to move where its links lead.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def test_every_kind_of_answer_carries_the_policy(client):
    path = make_post().path
    answers = [client.get(address) for address in ("/", path, "/nowhere/")]
    for person, address in (
        (moderator(), "/moderation/"),
        (make_user(Role.EDITOR), "/admin/"),
        (make_user(Role.CONTRIBUTOR), "/moderation/"),
    ):
        client.force_login(person)
        answers.append(client.get(address))
    assert [answer.status_code for answer in answers] == [200, 200, 404, 200, 200, 403]
    assert {answer.headers["Content-Security-Policy"] for answer in answers} == {POLICY}


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/accounts/login/", "/nowhere/"])
def test_no_browser_looks_for_an_icon_that_is_not_there(client, address):
    page = client.get(address, follow=True)
    icons = [tag["href"] for tag in tags(page, "link") if tag["rel"] == "icon"]
    # Unasked, browsers take this one.
    for icon in icons or ["/favicon.ico"]:
        name = icon.removeprefix(settings.STATIC_URL)
        assert finders.find(name) if name != icon else client.get(icon).status_code == 200
