"""A picture of the site's own inside a text: its size, and its copies once they are made."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from blog import transactions
from blog.cache import versions
from blog.images import renditions
from blog.models import Image, Post, Role
from blog.text import markup
from blog.text.markup import for_feed, render
from tests.blog.test_renditions import keep
from tests.factories import make_post, make_user, picture

pytestmark = pytest.mark.django_db


def make_ready(image) -> None:
    Image.render(image.pk)


def shown(post) -> str:
    return re.search(r"<picture>.*?</picture>|<img[^>]*>", Post.objects.get(pk=post.pk).body_html)[
        0
    ]


@pytest.fixture
def image():
    return keep()


@pytest.fixture
def illustrated(image):
    return make_post(body=f"Before.\n\n![A tram]({image.file.url})\n\nAfter.")


def test_it_has_its_size_from_the_first_moment(image, illustrated):
    assert shown(illustrated) == (
        f'<img loading="lazy" decoding="async" alt="A tram" src="{image.file.url}"'
        ' width="1000" height="500">'
    )


def test_it_gets_its_copies_when_they_are_ready(image, illustrated):
    make_ready(image)
    found = shown(illustrated)
    assert re.findall(r" (\d+)w", found) == ["320", "640", "960", "1000"] * 2
    assert found.startswith('<picture><source type="image/webp" srcset="/media/r/')
    assert found.count(' sizes="(min-width:38rem) 36rem,calc(100vw - 2rem)"') == 2
    assert 'alt="A tram"' in found and 'width="1000" height="500"' in found
    assert 'loading="lazy" decoding="async"' in found
    assert found in Client().get(illustrated.path).content.decode()


def test_a_decorative_picture_has_no_description_and_keeps_its_mark(image):
    Image.objects.update(alt="A tram")
    post = make_post(body=f'![]({image.file.url} "The 14"){{decorative}}')
    assert 'alt=""' in shown(post) and 'role="presentation"' in shown(post)
    assert "{decorative}" not in post.body_html
    assert "<figcaption>The 14</figcaption>" in post.body_html
    make_ready(image)
    assert 'alt=""' in shown(post) and 'role="presentation"' in shown(post)


def test_only_a_mark_beside_the_picture_makes_it_decorative(image):
    Image.objects.update(alt="A tram")
    post = make_post(body=f"![]({image.file.url}) {{decorative}}")
    assert 'alt="A tram"' in shown(post) and "{decorative}" in post.body_html


def test_a_text_saved_later_has_the_copies_at_once(image):
    make_ready(image)
    assert shown(make_post(body=f"![]({image.file.url})")).startswith("<picture>")


def test_the_page_is_made_anew_and_nothing_else_of_the_post(image, illustrated):
    before = Post.objects.filter(pk=illustrated.pk).values().get()
    editions = versions.read(versions.SITE, versions.of_post(illustrated.pk))
    make_ready(image)
    after = Post.objects.filter(pk=illustrated.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"body_html"}
    assert not illustrated.revisions.exists()
    now = versions.read(versions.SITE, versions.of_post(illustrated.pk))
    assert all(now[scope] != editions[scope] for scope in now)


def test_other_posts_stay_as_they_are(image):
    other, draft = make_post(), make_post(status="draft", body=f"![]({image.file.url})")
    Post.objects.update(body_html="as it was")
    make_ready(image)
    html = dict(Post.objects.values_list("pk", "body_html"))
    assert html[other.pk] == "as it was" and "<picture>" in html[draft.pk]
    scope = versions.of_post(draft.pk)
    assert versions.read(scope) == {scope: 0}


def test_a_text_that_was_changed_meanwhile_is_not_overwritten(illustrated, monkeypatch):
    def slowly(row):
        Post.objects.update(body="Other words.", body_html="<p>Other words.</p>")
        row.body_html = "<p>Before.</p>"

    monkeypatch.setattr(Post, "_render", slowly)
    Post.objects.all().render_again()
    assert Post.objects.get().body_html == "<p>Other words.</p>"


@pytest.fixture
def conversions(monkeypatch):
    """For each text that was converted, whether others could write meanwhile."""
    seen, convert = [], markup.convert

    def spied(*args):
        seen.append(getattr(transactions._local, "scopes", None) is None)
        return convert(*args)

    monkeypatch.setattr(markup, "convert", spied)
    return seen


def describe(image) -> None:
    fields = {"alt": "A tram", "caption": "", "credit": "", "focal_x": "50", "focal_y": "50"}
    editor().post(reverse("admin:blog_image_change", args=[image.pk]), fields)


def add_again(_image) -> None:
    fields = {"alt": "A tram", "focal_x": "50", "focal_y": "50"}
    fields["file"] = picture(size=(1000, 500))
    editor().post(reverse("admin:blog_image_add"), fields)


def editor() -> Client:
    client = Client()
    client.force_login(make_user(Role.EDITOR))
    return client


@pytest.mark.parametrize("change", [make_ready, describe, add_again])
def test_while_texts_are_converted_others_can_write(image, illustrated, conversions, change):
    other = make_post(body=f"Another with ![]({image.file.url}).")
    conversions.clear()
    before = shown(other)
    change(image)
    assert conversions == [True, True] and shown(other) != before


def test_a_text_saved_while_the_others_are_converted_gets_its_copies_too(image, monkeypatch):
    late, make = [], renditions.make

    def slowly(row):
        make(row)
        late.append(make_post(body=f"![]({image.file.url})"))

    monkeypatch.setattr(renditions, "make", slowly)
    make_ready(image)
    assert shown(late[0]).startswith("<picture>")


def test_the_whole_address_of_the_site_is_its_own_too(image, settings):
    settings.SITE_URL = "https://broadside.example"
    body = f"![]({settings.SITE_URL}{image.file.url})"
    assert 'width="1000"' in shown(make_post(body=body))


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/media/a.jpg", "/media/gone.jpg", "/static/a.png"]
)
def test_a_picture_from_elsewhere_stays_as_it_is(image, address):
    post = make_post(body=f"![A tram]({address}) ![]({image.file.url})")
    assert shown(post) == (f'<img loading="lazy" decoding="async" alt="A tram" src="{address}">')


def test_a_figure_keeps_its_caption_and_a_typed_width_its_shape(image):
    url = image.file.url
    html = make_post(body=f'![]({url} "The 14")\n\n<img src="{url}" width="300">').body_html
    assert "<figcaption>The 14</figcaption>" in html and "title=" not in html
    assert 'width="300" height="150"' in html


def test_without_words_it_has_those_of_the_library():
    image = keep()
    Image.objects.update(alt='A "deep" tram')
    post = make_post(body=f"![]({image.file.url}) ![Mine]({image.file.url})")
    assert re.findall(r'alt="([^"]*)"', post.body_html) == ["A &quot;deep&quot; tram", "Mine"]


def test_other_words_in_the_library_reach_the_page(image):
    post, editor = make_post(body=f"![]({image.file.url})"), Client()
    editor.force_login(make_user(Role.EDITOR))
    fields = {"alt": "A tram", "caption": "", "credit": "", "focal_x": "50", "focal_y": "50"}
    editor.post(reverse("admin:blog_image_change", args=[image.pk]), fields)
    assert 'alt="A tram"' in shown(post)


def test_a_picture_that_moves_stays_the_original(image, illustrated):
    Image.objects.update(renditions=Image.Renditions.UNSCALABLE)
    Post.objects.all().render_again()
    assert shown(illustrated).startswith("<img") and 'width="1000"' in shown(illustrated)


def test_a_feed_has_plain_pictures_of_whole_addresses(image, illustrated):
    make_ready(image)
    feed = for_feed(Post.objects.get().body_html, "https://broadside.example/2026/11/x/")
    assert "<picture" not in feed and "<source" not in feed
    assert re.search(r'<img [^>]*src="https://broadside\.example/media/r/\w+/\d+\.jpg"', feed)


def test_nobody_types_a_picture_element():
    html = render('<picture><source srcset="/x.webp"><img src="/x.png"></picture>', "p1-").html
    assert "<picture" not in html and "<source" not in html


def test_so_many_addresses_are_no_error(image):
    many = " ".join(f"![](/media/{n}.jpg)" for n in range(3_000))
    assert Post.objects.get(pk=make_post(body=many).pk).body_html.count("<img") == 3_000
