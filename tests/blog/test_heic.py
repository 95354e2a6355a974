"""HEIC, as phones take pictures: stored as JPEG where pillow-heif is installed, else refused.

`make test` has it from requirements-dev.txt, and .ci/run fails without it.
"""

import os
import re
import subprocess
import sys
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Pillow

from blog.images import heic, upload
from blog.images.upload import clean_picture
from blog.models import Image, Role
from tests import profiles
from tests.blog.test_picture_colours import NEAR, distance, expected, picture
from tests.desk import errors
from tests.factories import make_user
from tests.world import signed_in

pytestmark = pytest.mark.django_db

SIZE = (240, 160)


def library():
    if os.environ.get("CI"):
        import pillow_heif

        return pillow_heif
    return pytest.importorskip("pillow_heif")


def phone(mode="RGB", *, orientation=1, profile=None, quality=95, **options) -> SimpleUploadedFile:
    """Like one of a phone: turned by its orientation, with a place."""
    exif = Pillow.Exif()
    exif[0x0112], exif[0x010E] = orientation, "the house of Ana"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 54.0, 50.0)})
    out, more = BytesIO(), {"icc_profile": profile} if profile else {}
    taken = library().from_pillow(picture(mode, SIZE))
    taken.save(out, quality=quality, exif=exif.tobytes(), **more, **options)
    return SimpleUploadedFile("IMG_0042.HEIC", out.getvalue(), content_type="image/heic")


def taken(file) -> tuple[Pillow.Image, bytes, str]:
    stored, _sha256 = clean_picture(file)
    data = stored.read()
    return Pillow.open(BytesIO(data)), data, stored.name


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("profile", [None, profiles.rgb()])
def test_it_is_stored_as_jpeg_in_its_colours(mode, profile):
    found, data, name = taken(phone(mode, profile=profile))
    assert found.format == "JPEG" and name.endswith(".jpg") and found.size == SIZE
    should = expected(picture(mode, SIZE), mode, "Display P3" if profile else "none")
    assert distance(profiles.shown(BytesIO(data)), should) <= NEAR


def test_what_is_clear_stands_on_white():
    out = BytesIO()
    clear = Pillow.new("RGBA", SIZE, (255, 0, 0, 0))
    library().from_pillow(clear).save(out)
    found, _data, _name = taken(SimpleUploadedFile("clear.heic", out.getvalue()))
    assert found.mode == "RGB" and min(found.getpixel((9, 9))) > 250


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright_and_says_nothing_of_the_place(orientation):
    file = phone(orientation=orientation)
    assert b"Ana" in file.read()
    file.seek(0)
    found, data, _name = taken(file)
    assert found.size == (SIZE if orientation < 5 else SIZE[::-1])
    assert not found.getexif() and b"Ana" not in data
    # Where red was put, by what the orientation says.
    left_out = {
        1: (0, 0),
        2: (1, 0),
        3: (1, 1),
        4: (0, 1),
        5: (0, 0),
        6: (1, 0),
        7: (1, 1),
        8: (0, 1),
    }
    x, y = (
        end * (side - 20) + 10 for end, side in zip(left_out[orientation], found.size, strict=True)
    )
    red, green, blue = found.getpixel((x, y))
    assert red > 2 * green and red > 2 * blue


def test_of_several_pictures_the_main_one_is_taken():
    several, out = library().HeifFile(), BytesIO()
    for colour in ("red", "blue"):
        several.add_from_pillow(Pillow.new("RGB", SIZE, colour))
    several.save(out, primary_index=1)
    found, _data, _name = taken(SimpleUploadedFile("burst.heic", out.getvalue()))
    assert found.format == "JPEG" and found.getpixel((9, 9))[2] > 200


def test_too_many_pixels_are_refused_before_they_are_decoded(monkeypatch):
    file = phone()
    monkeypatch.setattr(upload, "MOST_PIXELS", SIZE[0] * SIZE[1] - 1)
    with pytest.raises(ValidationError, match="too many pixels"):
        clean_picture(file)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_half_a_file_is_refused(share):
    data = phone().read()
    with pytest.raises(ValidationError):
        clean_picture(SimpleUploadedFile("a.heic", data[: round(len(data) * share)]))


def test_the_page_takes_it_and_names_it():
    client = signed_in(make_user(Role.EDITOR))
    address = reverse("admin:blog_image_add")
    file = phone()
    assert "AVIF or HEIC, at most 10 MB." in client.get(address).content.decode()
    fields = {"file": file, "focal_x": "50", "focal_y": "50"}
    assert client.post(address, fields).status_code == 302
    assert Image.objects.get().file.name.endswith(".jpg")


@pytest.mark.parametrize("address", ["blog_image_add", "blog_post_add"])
def test_file_inputs_offer_it(address):
    page = signed_in(make_user(Role.EDITOR)).get(reverse(f"admin:{address}"), follow=True)
    inputs = re.findall(r'<input type="file"[^>]*>', page.content.decode())
    assert inputs and all(f'accept="{upload.ACCEPTED}"' in each for each in inputs)
    assert "heic" in upload.ACCEPTED and "image/jpeg" in upload.ACCEPTED


# Without the library.

BEGINNINGS = [b"heic", b"heix", b"hevc", b"mif1\0\0\0\0mif1heic", b"msf1\0\0\0\0hevc"]


def without_library(brand: bytes) -> SimpleUploadedFile:
    kind = b"ftyp" + brand.ljust(20, b"\0")
    data = (len(kind) + 4).to_bytes(4, "big") + kind + bytes(200)
    return SimpleUploadedFile("IMG_0042.HEIC", data)


@pytest.mark.parametrize("brand", BEGINNINGS)
def test_without_the_library_it_is_refused_with_what_to_do(brand, monkeypatch):
    monkeypatch.setattr(heic, "IS_READ", False)
    with pytest.raises(ValidationError) as refused:
        clean_picture(without_library(brand))
    (sentence,) = refused.value.messages
    assert "HEIC" in sentence and "JPEG" in sentence and "pillow-heif" in sentence


def test_the_form_says_so_and_keeps_what_was_typed(monkeypatch):
    monkeypatch.setattr(heic, "IS_READ", False)
    client = signed_in(make_user(Role.EDITOR))
    fields = {"file": without_library(b"heic"), "alt": "A tram", "focal_x": "50", "focal_y": "50"}
    answer = client.post(reverse("admin:blog_image_add"), fields)
    assert "this site cannot read it" in errors(answer)["file"][0]
    assert "A tram" in answer.content.decode() and not Image.objects.exists()


def test_an_avif_is_not_taken_for_one(monkeypatch):
    monkeypatch.setattr(heic, "IS_READ", False)
    file = profiles.upload_of(picture("RGB"), "AVIF", None)
    assert clean_picture(file)[0].name.endswith(".avif")


def test_all_works_where_the_library_is_missing(settings):
    code = (
        "import sys; sys.modules['pillow_heif'] = None\n"
        "import django; django.setup()\n"
        "from blog.images import heic, upload\n"
        "from django.core.files.base import ContentFile\n"
        "assert not heic.IS_READ and 'HEIC' not in str(upload.HELP)\n"
        "assert 'heic' not in upload.ACCEPTED\n"
        "try: upload.clean_picture(ContentFile(bytes([0, 0, 0, 24]) + b'ftypheic' + bytes(99)))\n"
        "except Exception as error: print(error.messages[0])\n"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(settings.DATA_DIR)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert "this site cannot read it" in run.stdout
