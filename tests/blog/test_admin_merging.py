"""Two people change the same row of the admin at a time: neither undoes what the other did."""

import pytest
from django.urls import reverse

from blog.models import Role, Site, Tag
from tests.factories import make_post, make_user
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(make_user(Role.ADMINISTRATOR))
    return client


def page_of(row) -> str:
    return reverse(f"admin:blog_{row._meta.model_name}_change", args=[row.pk])


def opened(admin, row) -> dict:
    """The fields of the form, as a browser would send what it shows."""
    return fields_of(admin.get(page_of(row)))


def fields_of(response) -> dict:
    form, found = response.context["adminform"].form, {}
    for field in form:
        hidden = field.as_hidden(only_initial=True).partition('value="')[2].partition('"')[0]
        value = "" if field.value() is None else field.value()
        found |= {field.html_name: value, field.html_initial_name: hidden}
    return found


def test_saving_the_site_does_not_undo_a_field_that_one_never_touched(admin):
    site, page = Site.objects.create(pk=1), make_post(kind="page")
    fields = opened(admin, site)
    Site.objects.update(tagline="Hers", navigation="About | /about/", privacy_page=page)
    assert admin.post(page_of(site), fields | {"name": "Mine"}).status_code == 302
    site.refresh_from_db()
    assert (site.name, site.tagline, site.privacy_page) == ("Mine", "Hers", page)
    assert site.navigation == "About | /about/"


def test_a_field_of_several_lines_is_known_again(admin):
    site = Site.objects.create(pk=1, navigation="About | /about/\nTram | /tag/tram/")
    fields = opened(admin, site)
    Site.objects.update(footer="Hers")
    lines = {"navigation": "About | /about/\r\nTram | /tag/tram/"}
    assert admin.post(page_of(site), fields | lines).status_code == 302
    site.refresh_from_db()
    assert site.footer == "Hers"


def test_a_field_that_both_changed_is_asked_about_once(admin):
    site = Site.objects.create(pk=1, tagline="Ours")
    fields = opened(admin, site)
    Site.objects.update(tagline="Hers")
    response = admin.post(page_of(site), fields | {"tagline": "Mine"})
    assert "Somebody changed this to “Hers” after you had opened the page." in words(response)
    assert Site.objects.get().tagline == "Hers"
    again = fields_of(response)
    assert again["tagline"] == "Mine"
    assert admin.post(page_of(site), again).status_code == 302
    assert Site.objects.get().tagline == "Mine"


def test_the_same_holds_for_a_tag(admin):
    tag = Tag.objects.create(name="Trams")
    fields = opened(admin, tag)
    Tag.objects.filter(pk=tag.pk).update(description="Hers")
    assert admin.post(page_of(tag), fields | {"name": "Trains"}).status_code == 302
    tag.refresh_from_db()
    assert (tag.name, tag.description) == ("Trains", "Hers")


def test_a_new_tag_is_added_as_before(admin):
    sent = {"name": "Ferries", "slug": "ferries", "description": ""}
    assert admin.post(reverse("admin:blog_tag_add"), sent).status_code == 302
    assert Tag.objects.get().name == "Ferries"
