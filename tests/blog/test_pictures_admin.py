"""The page of a picture: its focal point, where it is used, and what goes when it goes."""

import re
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from blog.models import Image, Post, Role, Site
from tests.blog.test_renditions import keep
from tests.desk import errors
from tests.factories import make_post, make_user, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    client = Client()
    client.force_login(make_user(Role.EDITOR))
    return client


@pytest.fixture
def image():
    return keep()


def page_of(image) -> str:
    return reverse("admin:blog_image_change", args=[image.pk])


def save(client, image, **fields):
    words = {"alt": "A tram", "caption": "The 14.", "credit": "Ana"}
    return client.post(page_of(image), words | {"focal_x": "50", "focal_y": "50"} | fields)


def delete(client, *images, from_the_list=False):
    address = reverse("admin:blog_image_delete", args=[images[0].pk])
    fields = {"post": "yes"}
    if from_the_list:
        address = reverse("admin:blog_image_changelist")
        chosen = [image.pk for image in images]
        fields |= {"action": "delete_selected", "_selected_action": chosen}
    return client.post(address, fields)


# The focal point.


def test_the_point_is_typed_and_shown_as_per_cent(editor, image):
    assert save(editor, image, focal_x="33.3", focal_y="0").status_code == 302
    image.refresh_from_db()
    assert (image.focal_x, image.focal_y) == (pytest.approx(0.333), 0)
    page = editor.get(page_of(image)).content.decode()
    assert re.findall(r'name="focal_[xy]" value="([\d.]+)"', page) == ["33.3", "0.0"]


@pytest.mark.parametrize("value", ["-1", "100.1", "1e9", "nan", "inf", "", "left", "0,5,5"])
def test_a_point_outside_the_picture_is_refused_at_its_field(editor, image, value):
    answer = save(editor, image, focal_x=value)
    assert list(errors(answer)) == ["focal_x"]
    page = unescape(answer.content.decode())
    assert "Give a number from 0 to 100." in page or "This field is required." in page
    assert all(words in page for words in ("A tram", "The 14.", "Ana"))
    assert Image.objects.get().focal_x == 0.5


def test_a_new_picture_has_its_point_in_the_middle(editor):
    page = editor.get(reverse("admin:blog_image_add")).content.decode()
    assert re.findall(r'name="focal_[xy]" value="([\d.]+)"', page) == ["50.0", "50.0"]


def test_the_page_shows_the_part_on_cards_and_the_point(editor):
    image = keep(size=(1000, 1000), focal=(0.5, 0.25))
    page = editor.get(page_of(image)).content.decode()
    assert '<rect x="0" y="0" width="1000" height="562" />' in page
    assert '<line x1="500.0" y1="250.0"' in page
    assert f"![…]({image.file.url})" in page


def test_a_point_saved_again_makes_no_work(editor, image):
    Image.objects.update(focal_x=1 / 3, renditions="ready")
    save(editor, image, focal_x="33.3")
    assert Image.objects.get().renditions == "ready"


def test_a_picture_beside_an_error_is_asked_for_again(editor):
    fields = {"file": picture(), "alt": "A tram", "focal_x": "200", "focal_y": "50"}
    answer = editor.post(reverse("admin:blog_image_add"), fields)
    assert errors(answer)["file"] == ["Please choose the picture again."]
    assert not Image.objects.exists()


# The address to copy.


def shown_after(client, address, **fields) -> str:
    fields = {"alt": "A <tram>", "focal_x": "50", "focal_y": "50"} | fields
    return client.post(address, fields, follow=True).content.decode()


def message(page: str) -> str:
    """The last one at the top of the page."""
    found = re.search(r'<ul class="messagelist">(.*?)</ul>', page, re.DOTALL)
    return found[1].rpartition("<li")[2] if found else ""


@pytest.mark.parametrize("button", ["_save", "_continue", "_addanother"])
@pytest.mark.parametrize("again", [False, True])
def test_after_saving_the_address_stands_at_the_top(editor, button, again):
    address = page_of(keep()) if again else reverse("admin:blog_image_add")
    fields = {button: "1"} | ({} if again else {"file": picture(size=(700, 400))})
    top = message(shown_after(editor, address, **fields))
    url = Image.objects.get().file.url
    assert f'<code class="to-copy">![]({url})</code>' in top
    assert f'<code class="to-copy">{url}</code>' in top


def test_it_is_text_to_select_and_the_button_waits_for_a_script(editor, image):
    page = shown_after(editor, page_of(image), _save="1")
    assert (
        f'<span hidden><button type="button" class="button" data-copy="![]({image.file.url})"'
        in page
    )
    assert re.search(r'<script src="/static/blog/site[^"]*\.js" defer', page)


def test_it_is_there_too_when_the_same_file_is_added_again(editor, image):
    fields = {"file": picture(size=(1000, 500))}
    top = message(shown_after(editor, reverse("admin:blog_image_add"), **fields))
    assert f"![]({image.file.url})" in top


def test_what_stands_there_brings_the_pictures_description(editor, image):
    top = message(shown_after(editor, page_of(image)))
    (code,) = re.findall(r"<code[^>]*>(!\[\].*?)</code>", top)
    assert 'alt="A &lt;tram&gt;"' in make_post(body=unescape(code)).body_html


# Deleting.


USES = {
    "The tram": lambda image: make_post(title="The tram", lead_image=image),
    "A draft": lambda image: make_post(
        title="A draft", status="draft", body=f"![]({image.file.url})"
    ),
    "Broadside": lambda image: Site.objects.create(pk=1, logo=image),
}


@pytest.mark.parametrize("from_the_list", [True, False])
@pytest.mark.parametrize("use", USES)
def test_a_picture_in_use_stays_and_the_page_says_where(editor, image, use, from_the_list):
    USES[use](image)
    answer = delete(editor, image, from_the_list=from_the_list)
    page = unescape(answer.content.decode())
    assert "a picture that is in use stays" in page and use in page
    assert "Yes, I" not in page
    assert Image.objects.exists() and default_storage.exists(image.file.name)


def test_the_page_before_says_so_too_and_leads_there(editor, image):
    post = make_post(lead_image=image)
    page = editor.get(reverse("admin:blog_image_delete", args=[image.pk])).content.decode()
    assert f'<a href="{reverse("admin:blog_post_change", args=[post.pk])}">{post}</a>' in page


@pytest.mark.parametrize("from_the_list", [True, False])
def test_the_original_goes_with_its_row(
    editor, image, from_the_list, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert delete(editor, image, from_the_list=from_the_list).status_code == 302
        assert default_storage.exists(image.file.name)  # until the transaction is through
    assert not Image.objects.exists()
    assert not default_storage.exists(image.file.name)


def test_an_original_that_another_row_uses_stays(editor, image, django_capture_on_commit_callbacks):
    same = Image.objects.create(file=image.file.name, sha256=image.sha256, is_duplicate=True)
    with django_capture_on_commit_callbacks(execute=True):
        delete(editor, image)
    assert default_storage.exists(same.file.name)


# Another file.


def test_another_file_takes_the_former_away(editor, image, django_capture_on_commit_callbacks):
    make_post(lead_image=image)
    with django_capture_on_commit_callbacks(execute=True):
        save(editor, image, file=picture(size=(700, 400)))
    now = Image.objects.get()
    assert now.width == 700 and default_storage.exists(now.file.name)
    assert not default_storage.exists(image.file.name)


def test_the_file_of_a_picture_in_a_text_is_not_exchanged(editor, image):
    make_post(body=f"![]({image.file.url})")
    answer = save(editor, image, file=picture(size=(700, 400)), alt="Other words")
    assert "stands in a text" in errors(answer)["file"][0]
    assert "Other words" in answer.content.decode()
    assert Image.objects.get().width == 1000
    assert 'width="1000"' in Post.objects.get().body_html
