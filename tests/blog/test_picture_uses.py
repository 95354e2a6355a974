"""The list of pictures says where each is used, and shows those that are not."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.editing.picture_uses import unused, uses_of
from blog.models import Image, Post, Role, Site
from tests.blog.test_renditions import keep
from tests.factories import make_post, make_user, picture
from tests.world import signed_in

pytestmark = pytest.mark.django_db

LIST = "admin:blog_image_changelist"
FORMS = {
    "alone": "![]({url})",
    "described": '![A tram]({url} "The 14"){{decorative}}',
    "whole address": "![]({site}{url})",
    "HTML": '<img src="{url}" width="300">',
    "a reference": "![A tram][1]\n\n[1]: {url}",
    "in words": "See {url}, and {url}.",
    "in a table": "| A |\n|---|\n| ![]({url})|",
    "a link": "[The tram]({url})",
}


@pytest.fixture
def editor():
    return signed_in(make_user(Role.EDITOR))


def small(number=0) -> Image:
    return Image.objects.create(file=picture(), sha256=f"{number:064}", alt=f"Picture {number}")


def cell(client, image, **query) -> str:
    """The uses of the picture in its row of the list."""
    page = client.get(reverse(LIST), query).content.decode()
    row = re.search(
        rf'value="{image.pk}".*?</tr>|/image/{image.pk}/change/.*?</tr>', page, re.DOTALL
    )
    found = re.search(r'class="field-where_used">(.*?)</td>', row[0], re.DOTALL)
    return unescape(found[1])


def listed(client, **query) -> set[int]:
    page = client.get(reverse(LIST), query).content.decode()
    return set(map(int, re.findall(r"/admin/blog/image/(\d+)/change/", page)))


def use_as_lead(image):
    return make_post(title="The tram", lead_image=image, status="draft")


def use_as_logo(image):
    return Site.objects.create(pk=1, name="The magazine", logo=image)


def use_as_portrait(image):
    user = make_user(Role.AUTHOR, display_name="Ida Weir")
    user.picture = image
    user.save()
    return user


USES = [use_as_lead, use_as_logo, use_as_portrait]


@pytest.mark.parametrize("use", USES)
def test_each_use_is_named_and_the_others_are_unused(editor, use):
    image, other = small(1), small(2)
    row = use(image)
    assert str(row) in cell(editor, image) and cell(editor, other) == "Unused"
    assert (listed(editor, use="unused"), listed(editor, use="used")) == ({other.pk}, {image.pk})
    assert uses_of([image, other]) == {image.pk: [row], other.pk: []}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("status", ["draft", "published", "trash"])
def test_so_is_each_way_to_stand_in_a_text(editor, form, status, settings):
    image, other = small(1), small(2)
    body = FORMS[form].format(url=image.file.url, site=settings.SITE_URL)
    post = make_post(title="The tram", body=body, status=status)
    address = reverse("admin:blog_post_change", args=[post.pk])
    assert f'<a href="{address}">The tram</a>' in cell(editor, image)
    assert listed(editor, use="unused") == {other.pk}


def test_the_two_ways_to_ask_agree(settings):
    images = [small(number) for number in range(12)]
    for image, form in zip(images, FORMS.values(), strict=False):
        make_post(body=form.format(url=image.file.url, site=settings.SITE_URL))
    for image, use in zip(images[7:], USES, strict=False):
        use(image)
    found = uses_of(images)
    assert {pk: set(rows) for pk, rows in found.items()} == {
        image.pk: set(image.uses()) for image in images
    }
    assert set(unused(Image.objects.all())) == {image for image in images if not found[image.pk]}


def test_two_rows_of_one_file_are_both_in_use():
    image = small(1)
    same = Image.objects.create(file=image.file.name, sha256=image.sha256, is_duplicate=True)
    post = make_post(body=f"![]({image.file.url})")
    assert uses_of([image, same]) == {image.pk: [post], same.pk: [post]}
    assert not unused(Image.objects.all())


def test_a_post_that_shows_it_twice_is_named_once(editor):
    image = small()
    make_post(title="The tram", lead_image=image, body=f"![]({image.file.url})")
    assert cell(editor, image).count("The tram") == 1


def test_of_many_the_first_are_named_and_the_rest_counted(editor):
    image = small()
    for number in range(5):
        make_post(title=f"Tram {number}", lead_image=image)
    said = cell(editor, image)
    assert said.count("Tram") == 3 and said.endswith("and 2 more")


def test_an_author_reads_no_title_of_somebody_else(editor):
    image, author = small(), make_user(Role.AUTHOR)
    make_post(title="Hushed", body=f"![]({image.file.url})", status="draft")
    client = signed_in(author)
    assert cell(client, image) == "1 post of others"
    make_post(title="Mine", lead_image=image, author=author)
    said = cell(client, image)
    assert "Mine" in said and "and 1 more" in said and "Hushed" not in said


def test_who_may_not_open_a_row_is_given_its_name_without_a_link():
    image = small()
    use_as_portrait(image)
    assert cell(signed_in(make_user(Role.AUTHOR)), image) == "User: Ida Weir"


def test_titles_are_words_and_no_html(editor):
    image = small()
    make_post(title="<b>Tram</b>", lead_image=image)
    page = editor.get(reverse(LIST)).content.decode()
    assert "&lt;b&gt;Tram&lt;/b&gt;" in page and "<b>Tram" not in page


def test_the_picture_is_a_link_with_a_name(editor):
    image = small(1)
    page = editor.get(reverse(LIST)).content.decode()
    assert re.search(rf'/image/{image.pk}/change/"><img [^>]*alt="Picture 1"', page)


@pytest.mark.parametrize("value", ["unused", "used", "", "x", "0", "é\0", "x" * 10_000])
def test_the_filter_takes_any_value(editor, value):
    small()
    answer = editor.get(reverse(LIST), {"use": value, "_facets": "True"}, follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("use", ["", "used", "unused"])
def test_the_list_asks_as_often_however_many_pictures_there_are(editor, use):
    counts = []
    for batch in range(2):
        for number in range(batch * 3, batch * 3 + 3 + 20 * batch):
            image = small(number)
            if number % 3 == 0:
                make_post(lead_image=image, body=f"![]({image.file.url})")
            if number % 3 == 1:
                make_post(body=f"![]({image.file.url})")
        editor.get(reverse(LIST), {"use": use})
        with CaptureQueriesContext(connection) as queries:
            editor.get(reverse(LIST), {"use": use})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_body_is_read_only_where_a_file_stands_in_it():
    image = keep()
    make_post(lead_image=image, body="Words only.")
    with CaptureQueriesContext(connection) as queries:
        assert [type(row) for row in uses_of([image])[image.pk]] == [Post]
    texts = [query["sql"] for query in queries if '"body"' in query["sql"].partition("WHERE")[0]]
    assert len(texts) == 1 and "/media/" in texts[0]
