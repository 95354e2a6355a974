"""Colours and fonts from the Site row, and that everything else on it reaches the page."""

import colorsys
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from blog import theme
from blog.models import Image, Site
from tests.factories import make_post, make_user, picture
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

GREEN = "#0b6e4f"


def of_hues(*levels: float) -> list[str]:
    hues = [n / 12 for n in range(12)]
    return [
        theme._hex(*colorsys.hls_to_rgb(hue, level, strength))
        for hue in hues
        for level in levels
        for strength in (0.2, 1.0)
    ]


@pytest.fixture
def change(client):
    """What the admin's page of the site answers when these fields are sent."""
    client.force_login(make_user(is_staff=True, is_superuser=True))
    fields = {
        "name": "Broadside",
        "language": "en-GB",
        "posts_per_page": "10",
        "heading_font": "old-style",
        "text_font": "old-style",
    }

    def change(**changed):
        Site.objects.get_or_create(pk=1)
        return client.post(reverse("admin:blog_site_change", args=[1]), fields | changed)

    return change


def linked(client) -> list[str]:
    return [href for href in hrefs(client.get("/")) if href.startswith("/theme-")]


def test_a_site_as_it_comes_has_no_theme(client):
    assert linked(client) == []
    assert client.get("/theme-0123456789ab.css").status_code == 404


def test_what_differs_reaches_the_page_as_a_stylesheet(client, change):
    assert change(accent=GREEN, heading_font="grotesque", text_font="slab").status_code == 302
    (path,) = linked(client)
    response = client.get(path)
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    light, dark = html(response).split("@media(prefers-color-scheme:dark)")
    assert f"--accent:{GREEN};" in light
    assert '--head:"Helvetica Neue"' in light and "--text:Rockwell" in light
    assert dark.strip() == f"{{:root{{--accent:{theme.lightened(GREEN)}}}}}"


@pytest.mark.parametrize("field", ["heading_font", "text_font"])
@pytest.mark.parametrize("font", list(theme.STACKS))
def test_every_font_alone_makes_a_stylesheet(client, change, field, font):
    change(**{field: font})
    css = html(client.get(linked(client)[0]))
    assert theme.STACKS[font][0] in css
    assert "--accent" not in css and "@media" not in css


def test_another_colour_has_another_address_and_the_former_leads_to_it(client, change):
    change(accent=GREEN)
    (former,) = linked(client)
    change(accent="#6a1b9a")
    (present,) = linked(client)
    assert former != present
    response = client.get(former)
    assert (response.status_code, response["Location"]) == (302, present)
    assert response["Cache-Control"] == "no-store"
    change(accent=GREEN)
    assert linked(client) == [former]
    assert client.get(former).status_code == 200


def test_the_former_address_of_a_theme_given_up_is_not_there(client, change):
    change(accent=GREEN)
    (former,) = linked(client)
    change()
    assert client.get(former).status_code == 404


PALE = [("#f5c400", "1.4"), ("#ff7a00", "2.2"), ("#ffffff", "1.0"), ("#7fb069", "2.1")]


@pytest.mark.parametrize(("colour", "found"), PALE)
def test_a_colour_too_pale_to_read_is_refused_with_one_that_would_do(change, colour, found):
    response = change(accent=colour, tagline="Typed with care")
    seen = words(response)
    assert f"{colour} is too pale to be read on the page: its contrast is {found} to 1" in seen
    (better,) = re.findall(r"would do: (#[0-9a-f]{6})", seen)
    assert change(accent=better).status_code == 302
    assert f'value="{colour}"' in html(response) and 'value="Typed with care"' in html(response)


@pytest.mark.parametrize("typed", ["red", "0b6e4f", "#0b6", "#0b6e4g", "#;}a{}", "#٠٠٠٠٠٠"])
def test_what_is_no_colour_is_refused(change, typed):
    response = change(accent=typed)
    assert "Write a colour as # and six digits or letters a to f: #0b6e4f" in words(response)
    assert Site.objects.get().accent == ""


def test_both_schemes_of_every_hue_can_be_read():
    for colour in of_hues(0, 0.1, 0.5, 0.7, 1):
        light = theme.darkened(colour)
        assert theme.least_contrast(light, theme.LIGHT) >= theme.READABLE, colour
        Site._meta.get_field("accent").run_validators(light)
        assert theme.least_contrast(theme.lightened(light), theme.DARK) >= theme.READABLE, colour


def test_a_colour_that_can_be_read_is_left_as_it_is():
    assert theme.darkened(GREEN) == GREEN


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21), (GREEN, GREEN, 1)])
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert theme.contrast(one, other) == pytest.approx(ratio)


def test_the_papers_are_those_of_the_stylesheet(settings):
    css = (settings.BASE_DIR / "blog/static/blog/site.css").read_text()
    for name, colours in zip(
        ("paper", "tint"), zip(theme.LIGHT, theme.DARK, strict=True), strict=True
    ):
        assert re.findall(rf"--{name}: (#\w{{6}})", css) == list(colours)


# The rest of the row.


def test_everything_on_the_row_reaches_the_page(client):
    contact, privacy = (
        make_post(kind="page", title=title) for title in ("Write to us", "Your data")
    )
    Site.objects.create(
        pk=1,
        name="The Harrowmouth Quarterly",
        tagline="Out four times a year",
        logo=Image.objects.create(file=picture(), sha256="0"),
        language="fa",
        posts_per_page=1,
        navigation="Books | /tag/books/\nLetters | https://letters.example/",
        footer="Printed on nothing.",
        contact_page=contact,
        privacy_page=privacy,
    )
    make_post(), make_post()
    response = client.get("/")
    page, seen = html(response), words(response)
    assert '<html lang="fa" dir="rtl">' in page
    assert "<title>The Harrowmouth Quarterly – Out four times a year</title>" in page
    assert re.search(r'<img src="/media/[^"]+" alt="The Harrowmouth Quarterly"', page)
    assert {"/tag/books/", "https://letters.example/", contact.path, privacy.path} <= set(
        hrefs(response)
    )
    for expected in ("Out four times a year", "Printed on nothing.", "Write to us", "Your data"):
        assert expected in seen
    assert seen.count("Read More »") == 1
    assert client.get("/page/2/").status_code == 200


@pytest.mark.parametrize(
    "line", ["About", "About /about/", "| /about/", "About |", "x | javascript:alert(1)", "x | //y"]
)
def test_a_line_of_the_navigation_that_is_no_link_is_named(change, line):
    response = change(navigation=f"Front page | /\n{line}")
    assert f"“{line}” is not a link: write the text, a bar, the web address." in words(response)


@pytest.mark.parametrize("address", ["/", "/about/", "https://example.org", "mailto:a@b.example"])
def test_addresses_that_the_navigation_takes(change, address):
    assert change(navigation=f"Words | {address}\n\n").status_code == 302


@pytest.mark.parametrize("typed", ["0", "-1", "101"])
def test_a_list_has_1_to_100_posts_a_page(change, typed):
    assert "Ensure this value is" in words(change(posts_per_page=typed))


@pytest.mark.parametrize("typed", ["", "english please", "en_GB", "en-GB\n.", '"><b>'])
def test_what_is_no_language_is_refused(typed):
    with pytest.raises(ValidationError):
        Site(name="B", language=typed).full_clean()
