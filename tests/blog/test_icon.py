"""/favicon.ico: the small picture beside the name of a page."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from blog.images import renditions
from blog.models import Image, Site
from blog.views.icon import OWN
from tests.factories import picture
from tests.pages import tags

pytestmark = pytest.mark.django_db


def make_logo(**options) -> Image:
    logo = Image.objects.create(file=picture(**options), sha256="c" * 64)
    Site.objects.create(pk=1, logo=logo).save()
    return logo


def icon(client) -> bytes:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/x-icon")
    return answer.content


def test_no_page_names_another(client):
    """Browsers ask for /favicon.ico unasked."""
    assert "icon" not in [tag["rel"] for tag in tags(client.get("/"), "link")]


def test_without_a_logo_it_is_our_own_and_kept_for_an_hour(client):
    assert icon(client) == OWN.read_bytes()
    assert client.get("/favicon.ico")["Cache-Control"] == "public, max-age=3600"
    assert Pillow.open(io.BytesIO(icon(client))).info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_the_logo_is_shown_whole_on_a_square_once_its_copies_are_ready(client):
    logo = make_logo(size=(600, 300))
    assert icon(client) == OWN.read_bytes()
    Image.render(logo.pk)
    shown = Pillow.open(io.BytesIO(icon(client))).convert("RGBA")
    assert shown.size == (48, 48)
    # Red in its left half and blue in its right, with nothing above and below.
    red, blue, above = (shown.getpixel(point) for point in ((6, 24), (42, 24), (24, 4)))
    assert red[0] > 200 > 60 > red[2] and blue[2] > 200 > 60 > blue[0]
    assert above[3] == 0


def test_a_logo_whose_file_is_lost_leaves_our_own(client):
    logo = make_logo(size=(600, 300))
    Image.render(logo.pk)
    logo.refresh_from_db()
    default_storage.delete(renditions.name(logo, 320, "webp"))
    assert icon(client) == OWN.read_bytes()
