"""Smaller copies of pictures: made by the worker, and the original shown until then."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from blog.cache import versions
from blog.images import crops, renditions
from blog.images.upload import clean_picture
from blog.models import Image, Post, Role, Site
from blog.tasks import make_renditions
from comments.worker.sweep import PICTURES, sweep
from tests.factories import make_post, make_user, picture, run_tasks

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

RED, BLUE = (254, 0, 0), (0, 0, 254)


def keep(upload=None, *, focal=(0.5, 0.5), is_duplicate=False, **options) -> Image:
    """As the admin keeps an upload. `is_duplicate`: from when it kept the same file twice."""
    file, sha256 = clean_picture(upload or picture(**{"size": (1000, 500)} | options))
    x, y = focal
    point = {"focal_x": x, "focal_y": y}
    return Image.objects.create(file=file, sha256=sha256, is_duplicate=is_duplicate, **point)


def rendered(**options) -> Image:
    image = keep(**options)
    Image.render(image.pk)
    image.refresh_from_db()
    return image


def stored(image) -> dict[str, tuple[int, int]]:
    folder = f"r/{image.sha256[:20]}"
    if not default_storage.exists(folder):
        return {}
    return {file: opened(f"{folder}/{file}").size for file in default_storage.listdir(folder)[1]}


def opened(file: str):
    with default_storage.open(file) as content:
        return Pillow.open(BytesIO(content.read()))


def site_edition() -> int:
    return versions.read(versions.SITE)[versions.SITE]


def pictures_of(address: str) -> list[str]:
    page = Client().get(address).content.decode()
    return re.findall(r"<picture>.*?</picture>|<img[^>]*>", page)


# Files.


def test_each_width_below_the_originals_is_made_and_its_own():
    image = rendered()
    assert renditions.widths(image) == [320, 640, 960, 1000]
    for width, height in ((320, 160), (640, 320), (960, 480), (1000, 500)):
        for kind in ("webp", "jpg"):
            assert stored(image)[f"{width}.{kind}"] == (width, height)


@pytest.mark.parametrize("width", [1, 40, 320, 321, 1919, 1920, 9000])
def test_nothing_is_scaled_up(width):
    image = Image(width=width, height=3)
    assert max(renditions.widths(image)) == min(width, 1920)
    assert len(set(renditions.widths(image))) == len(renditions.widths(image))
    assert max(renditions.card_widths(image)) <= width


def test_names_come_from_the_hash_and_are_inside_its_folder():
    image = keep()
    assert renditions.name(image, 640, "webp") == f"r/{image.sha256[:20]}/640.webp"


def test_another_point_is_another_card():
    names = {renditions.card_name(Image(focal_x=x, focal_y=0), 640, "jpg") for x in (0, 0.5, 1)}
    assert len(names) == 3


def test_what_a_camera_wrote_is_gone():
    exif = Pillow.Exif()
    exif[0x010E] = "the house of Ana"
    image = Image.objects.create(file=picture(size=(700, 400), exif=exif), sha256="e" * 64)
    Image.render(image.pk)
    files = [f"r/{image.sha256[:20]}/{file}" for file in stored(image)]
    assert files and not any(opened(file).getexif() for file in files)
    assert not any(b"Ana" in default_storage.open(file).read() for file in files)


@pytest.mark.parametrize(("x", "colour"), [(0.05, RED), (0.95, BLUE)])
@pytest.mark.parametrize("kind", ["webp", "jpg"])
def test_the_card_holds_the_focal_point(x, colour, kind):
    image = rendered(size=(4000, 300), focal=(x, 0.5))
    card = opened(renditions.card_name(image, renditions.card_widths(image)[0], kind))
    assert card.size == (533, 300)
    pixel = card.convert("RGB").getpixel((266, 150))
    assert all(abs(is_ - should) < 30 for is_, should in zip(pixel, colour, strict=True))


@pytest.mark.thorough
def test_of_a_large_jpeg_the_copies_show_the_same():
    image = rendered(size=(9000, 5001))
    assert stored(image)["1920.jpg"] == (1920, 1067)
    whole = opened(renditions.name(image, 1920, "jpg")).convert("RGB")
    assert [whole.getpixel((x, 500))[0] > 127 for x in (955, 965)] == [True, False]


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (1600, 900), (900, 1600)])
@pytest.mark.parametrize("point", [(0, 0), (0.5, 0.5), (1, 1), (-3, 7)])
def test_a_crop_never_leaves_the_picture(size, point):
    image = Image(width=size[0], height=size[1], focal_x=point[0], focal_y=point[1])
    left, top, right, bottom = crops.box(image)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1)])
def test_the_thinnest_picture_too_is_rendered(size):
    assert rendered(size=size).renditions == Image.Renditions.READY


def test_what_is_clear_stays_clear_and_stands_on_white_as_jpeg():
    out = BytesIO()
    Pillow.new("RGBA", (400, 300), (255, 0, 0, 0)).save(out, "PNG")
    image = rendered(upload=ContentFile(out.getvalue(), name="clear.png"))
    webp, jpeg = (opened(renditions.name(image, 320, kind)) for kind in ("webp", "jpg"))
    assert webp.convert("RGBA").getpixel((9, 9))[3] == 0
    assert min(jpeg.getpixel((9, 9))) > 250


def test_half_a_file_of_a_killed_worker_is_written_anew():
    image = rendered()
    file = renditions.name(image, 320, "webp")
    half = default_storage.open(file).read()[:40]
    default_storage.delete(file)
    default_storage.save(file, ContentFile(half))
    Image.objects.update(renditions=Image.Renditions.DUE)
    Image.render(image.pk)
    assert stored(image)["320.webp"] == (320, 160)


# What is due.


def test_ready_is_said_at_the_end_with_a_new_edition():
    image, before = keep(), site_edition()
    assert image.renditions == Image.Renditions.DUE
    Image.render(image.pk)
    assert Image.objects.get().renditions == Image.Renditions.READY
    assert site_edition() != before


def test_a_damaged_picture_is_tried_once():
    image = keep()
    default_storage.delete(image.file.name)
    default_storage.save(image.file.name, ContentFile(b"\xff\xd8\xff no picture"))
    make_renditions.enqueue(image.pk)
    assert run_tasks() == 1
    assert Image.objects.get().renditions == Image.Renditions.UNSCALABLE
    sweep()
    assert run_tasks() == 0


def test_a_moving_picture_stays_as_it_is():
    out = BytesIO()
    frames = [Pillow.new("RGB", (400, 300), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    image = rendered(upload=ContentFile(out.getvalue(), name="moves.gif"))
    assert image.renditions == Image.Renditions.UNSCALABLE
    assert stored(image) == {}


def test_the_sweep_finds_20_a_minute():
    for number in range(PICTURES + 2):
        Image.objects.create(file=picture(), sha256=f"{number:064}")
    sweep()
    assert run_tasks() == PICTURES == 20
    assert Image.objects.to_render().count() == 2
    sweep()
    assert run_tasks() == 2
    assert not Image.objects.to_render().exists()


def test_a_job_of_a_picture_that_is_gone_does_nothing():
    make_renditions.enqueue(4711)
    assert run_tasks() == 1


def test_a_picture_whose_point_moved_meanwhile_stays_due():
    image = keep()
    Image.objects.update(focal_x=0.1)
    image._render()
    assert Image.objects.get().renditions == Image.Renditions.DUE


# Pages.


def test_a_page_shows_the_original_alone_until_all_is_ready():
    image = keep()
    post = make_post(lead_image=image, lead_alt="A tram")
    (lead,) = pictures_of(post.path)
    assert f'src="{image.file.url}"' in lead
    assert "srcset" not in lead
    Image.render(image.pk)
    (lead,) = pictures_of(post.path)
    assert lead.startswith("<picture>")
    assert image.file.url not in lead


def test_the_lead_picture_has_every_width_and_is_fetched_first():
    post = make_post(lead_image=rendered(), lead_alt='A "deep" tram')
    (lead,) = pictures_of(post.path)
    assert re.findall(r" (\d+)w", lead) == ["320", "640", "960", "1000"] * 2
    assert 'type="image/webp"' in lead
    assert 'fetchpriority="high"' in lead
    assert "lazy" not in lead
    assert 'alt="A "deep" tram" width="1000" height="500"' in unescape(lead)


def test_a_card_has_one_crop_and_is_lazy():
    image = rendered(size=(1600, 1600))
    make_post(lead_image=rendered(), days_ago=1)
    make_post(lead_image=image, days_ago=2)
    lead, card = pictures_of("/")
    assert 'fetchpriority="high"' in lead
    assert 'loading="lazy"' in card
    assert 'width="640" height="360"' in card
    assert " 640w" not in card


LISTS = ["/", "/page/2/", "/tag/trams/", "/author/{slug}/", "/{day:%Y}/", "/{day:%Y/%m}/"]


@pytest.mark.parametrize("is_ready", [False, True])
@pytest.mark.parametrize("wordy", [0, 1])
@pytest.mark.parametrize("address", LISTS)
def test_the_first_picture_of_a_list_is_not_lazy_and_all_others_are(address, wordy, is_ready):
    """`wordy`: so many posts without a picture stand before it."""
    Site.objects.create(pk=1, posts_per_page=4)
    image, author = keep(), make_user(Role.AUTHOR)
    if is_ready:
        Image.render(image.pk)
    day = timezone.now() - timedelta(hours=1)
    for number in range(8):
        pictured = {"lead_image": image} if number % 4 >= wordy else {}
        published = day - timedelta(seconds=number)
        make_post(author=author, tags=["Trams"], published_at=published, **pictured)
    first, *others = pictures_of(address.format(slug=author.slug, day=timezone.localtime(day)))
    assert 'fetchpriority="high"' in first and "lazy" not in first
    assert len(others) == 3 - wordy
    assert all('loading="lazy"' in each and "fetchpriority" not in each for each in others)
    is_large = address == "/" and not wordy and is_ready
    assert bool(re.search(r" \d+w", first)) == is_large


def test_a_list_without_pictures_is_a_list_too():
    make_post()
    assert pictures_of("/") == []


@pytest.mark.parametrize(
    ("size", "width"),
    [((900, 900), 320), ((1400, 200), 960), ((200, 100), 200), ((1900, 20), 1900)],
)
def test_the_logo_is_as_large_as_it_is_shown_on_a_fine_screen(size, width):
    image = keep(size=size)
    Site.objects.create(pk=1, logo=image)
    (logo,) = pictures_of("/")
    assert f'src="{image.file.url}"' in logo and "srcset" not in logo
    Image.render(image.pk)
    (logo,) = pictures_of("/")
    assert f'<source type="image/webp" srcset="/media/r/{image.sha256[:20]}/{width}.webp">' in logo
    assert f'alt="Broadside" width="{size[0]}" height="{size[1]}"' in logo


def test_the_list_of_the_admin_shows_small_copies_as_soon_as_there_are_some(editor):
    image = keep(size=(1000, 900))
    for address in (image.file.url, f"/media/r/{image.sha256[:20]}/320.webp"):
        page = editor.get(reverse("admin:blog_image_changelist")).content.decode()
        assert re.findall(r'<img class="thumbnail" src="([^"]+)"', page) == [address]
        Image.render(image.pk)


def test_every_address_of_a_page_is_served_as_what_it_is():
    make_post(lead_image=rendered(size=(1400, 900)))
    addresses = set(re.findall(r"/media/[^\s\",]+", " ".join(pictures_of("/"))))
    kinds = {"webp": "image/webp", "jpg": "image/jpeg"}
    assert len(addresses) == 4
    for address in addresses:
        answer = Client().get(address)
        assert answer.status_code == 200
        assert answer["Content-Type"] == kinds[address.rpartition(".")[2]]


# From the admin, and away.


@pytest.fixture
def editor():
    client = Client()
    client.force_login(make_user(Role.EDITOR))
    return client


def change(client, image, **fields):
    address = reverse("admin:blog_image_change", args=[image.pk])
    fields = {"alt": "", "caption": "", "credit": "", "focal_x": 50, "focal_y": 50} | fields
    assert client.post(address, fields).status_code == 302


def test_an_upload_is_rendered_by_the_worker(editor):
    fields = {"file": picture(size=(700, 400)), "focal_x": 50, "focal_y": 50}
    editor.post(reverse("admin:blog_image_add"), fields)
    assert Image.objects.get().renditions == Image.Renditions.DUE
    assert run_tasks() == 1
    assert stored(Image.objects.get())


def test_another_point_makes_another_card_and_other_words_do_not(editor):
    image = rendered()
    change(editor, image, alt="A tram")
    assert run_tasks() == 0
    change(editor, image, focal_x=20)
    assert Image.objects.get().renditions == Image.Renditions.DUE
    assert run_tasks() == 1
    assert "200-500-640.webp" in stored(image)


def test_another_file_takes_the_copies_of_the_former_away(
    editor, django_capture_on_commit_callbacks
):
    image = rendered()
    with django_capture_on_commit_callbacks(execute=True):
        change(editor, image, file=picture(size=(700, 400)))
    assert stored(image) == {}
    run_tasks()
    assert stored(Image.objects.get())


@pytest.mark.parametrize("from_the_list", [True, False])
def test_deleting_a_picture_deletes_its_copies(
    editor, django_capture_on_commit_callbacks, from_the_list
):
    image = rendered()
    address = reverse("admin:blog_image_delete", args=[image.pk])
    fields = {"post": "yes"}
    if from_the_list:
        address = reverse("admin:blog_image_changelist")
        fields |= {"action": "delete_selected", "_selected_action": image.pk}
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(address, fields).status_code == 302
    assert not Image.objects.exists()
    assert not default_storage.exists(f"r/{image.sha256[:20]}")


def test_copies_that_another_picture_shares_stay(editor, django_capture_on_commit_callbacks):
    first, second = rendered(), rendered(is_duplicate=True)
    assert first.sha256 == second.sha256
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(reverse("admin:blog_image_delete", args=[first.pk]), {"post": "yes"})
    assert stored(second)


@pytest.mark.thorough
def test_the_demo_takes_its_copies_away(settings, django_capture_on_commit_callbacks):
    call_command("demo", verbosity=0)
    image = Image.objects.first()
    Image.render(image.pk)
    assert Post.objects.filter(lead_image__isnull=False).exists()
    assert stored(image)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("demo", remove=True, verbosity=0)
    assert not [file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file()]
