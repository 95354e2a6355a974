"""The colours of an uploaded picture: those of its profile, in every format, mode and copy."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from blog.images import colour, renditions
from blog.images.upload import clean_picture
from blog.models import Image
from tests import profiles
from tests.blog.test_renditions import stored

pytestmark = pytest.mark.django_db

PATCHES = [(200, 60, 40), (60, 160, 70), (50, 80, 190), (200, 200, 200), (90, 90, 90), (0, 0, 0)]
GREYS = [(each, each, each) for each in (250, 200, 150, 100, 50, 0)]
FORMATS = {
    "JPEG": ["L", "RGB", "CMYK"],
    "PNG": ["1", "L", "LA", "P", "P with alpha", "RGB", "RGBA", "I;16"],
    "WEBP": ["RGB", "RGBA"],
    "AVIF": ["L", "RGB", "RGBA"],
    "GIF": ["L", "P"],
}
CASES = [(kind, mode) for kind, modes in FORMATS.items() for mode in modes]
PROFILES = {
    "none": None,
    "Display P3": profiles.rgb(),
    "Adobe RGB": profiles.rgb(profiles.ADOBE_RGB),
    "grey": profiles.grey(),
    "CMYK": profiles.cmyk(),
    "broken": profiles.rgb()[:200],
    "no profile at all": b"a tram",
}
# A picture of these colours can be shown by a profile for those. Browsers pass by any other.
APPLIED = {
    "L": {"grey", "Display P3", "Adobe RGB"},
    "RGB": {"Display P3", "Adobe RGB"},
    "CMYK": {"CMYK"},
}
NEAR = 9  # after two lossy compressions


def colours(mode: str) -> str:
    return "CMYK" if mode == "CMYK" else "L" if mode[0] in "1LI" else "RGB"


def picture(mode: str, size=(240, 160)) -> Pillow.Image:
    """Six patches of colour; where it can have transparency, the last is half clear."""
    patches = Pillow.new("RGB", (3, 2))
    patches.putdata(GREYS if colours(mode) == "L" else PATCHES)
    large = patches.resize(size, Pillow.Resampling.NEAREST)
    if mode == "I;16":
        return large.convert("L").convert("I").point(lambda grey: grey * 256).convert("I;16")
    if mode == "P with alpha":
        indexed = large.convert("P", palette=Pillow.Palette.ADAPTIVE)
        indexed.info["transparency"] = indexed.getpixel((size[0] - 10, size[1] - 10))
        return indexed
    if mode == "P":
        return large.convert("P", palette=Pillow.Palette.ADAPTIVE)
    if mode == "1":
        return large.convert("1", dither=Pillow.Dither.NONE)
    return large.convert(mode)


def expected(source: Pillow.Image, mode: str, profile: str) -> Pillow.Image:
    """What it should look like, in sRGB."""
    if mode == "I;16":
        source = source.convert("I").point(lambda grey: grey / 256).convert("L")
    if profile not in APPLIED[colours(mode)]:
        return profiles.colours_of(source.convert("RGB"), None)
    applied_to = {"grey": "L", "CMYK": "CMYK"}.get(profile, "RGB")
    return profiles.colours_of(source, PROFILES[profile], applied_to)


def centres(size, n=3, m=2):
    return [
        ((2 * x + 1) * size[0] // (2 * n), (2 * y + 1) * size[1] // (2 * m))
        for y in range(m)
        for x in range(n)
    ]


def distance(one: Pillow.Image, other: Pillow.Image, patches=slice(None)) -> int:
    pairs = list(zip(centres(one.size), centres(other.size), strict=True))[patches]
    return max(
        abs(a - b)
        for here, there in pairs
        for a, b in zip(one.getpixel(here), other.getpixel(there), strict=True)
    )


def test_the_profiles_of_this_test_change_what_is_seen():
    for name, modes in {"Display P3": ["RGB"], "grey": ["L"], "CMYK": ["CMYK"]}.items():
        for mode in modes:
            plain = picture(mode).convert("RGB")
            assert distance(plain, expected(picture(mode), mode, name)) > 2 * NEAR


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_what_is_stored_has_the_colours_that_were_meant(kind, mode, profile):
    source = picture(mode)
    if kind == "GIF":  # it has no profile
        profile = "none"
    file, _sha256 = clean_picture(profiles.upload_of(source, kind, PROFILES[profile]))
    assert distance(profiles.shown(file), expected(source, mode, profile)) <= NEAR


@pytest.mark.thorough
@pytest.mark.parametrize("profile", ["Display P3", "grey", "CMYK", "broken"])
@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_every_copy_has_them(kind, mode, profile):
    source = picture(mode, size=(700, 400))
    profile = "none" if kind == "GIF" else profile
    file, sha256 = clean_picture(profiles.upload_of(source, kind, PROFILES[profile]))
    image = Image.objects.create(file=file, sha256=sha256)
    Image.render(image.pk)
    should = expected(source, mode, profile)
    # Half clear copies stand on white as JPEG.
    patches = slice(5) if "alpha" in mode else slice(None)
    widths = [name for name in stored(image) if "x" not in name and "-" not in name]
    assert len(widths) == 6
    for name in widths:
        with default_storage.open(f"r/{image.sha256[:20]}/{name}") as copy:
            assert distance(profiles.shown(copy), should, patches) <= NEAR, name


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_so_have_crops_and_the_picture_that_other_sites_show(kind):
    source = picture("RGB", size=(1260, 1260))
    file, sha256 = clean_picture(profiles.upload_of(source, kind, PROFILES["Display P3"]))
    image = Image.objects.create(file=file, sha256=sha256)
    Image.render(image.pk)
    names = stored(image)
    assert {"500-500-640.webp", "500-500-1200x630.jpg", "500-500-1200x1200.jpg"} <= set(names)
    for name in names:
        with default_storage.open(f"r/{image.sha256[:20]}/{name}") as copy:
            assert distance(profiles.shown(copy), expected(source, "RGB", "Display P3")) <= NEAR, (
                name
            )


def test_a_copy_does_not_carry_a_profile_larger_than_itself():
    profile = profiles.rgb(padding=colour.LARGEST_IN_COPIES)
    source = picture("RGB", size=(700, 400))
    file, sha256 = clean_picture(profiles.upload_of(source, "JPEG", profile))
    image = Image.objects.create(file=file, sha256=sha256)
    Image.render(image.pk)
    with default_storage.open(renditions.name(image, 320, "jpg")) as copy:
        assert distance(profiles.shown(copy), expected(source, "RGB", "Display P3")) <= NEAR
        assert copy.size < colour.LARGEST_IN_COPIES


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_what_is_clear_stays_clear_beside_a_profile(kind):
    clear = Pillow.new("RGBA", (40, 40), (200, 60, 40, 100))
    file, _sha256 = clean_picture(profiles.upload_of(clear, kind, PROFILES["Display P3"]))
    assert abs(Pillow.open(BytesIO(file.read())).getpixel((9, 9))[3] - 100) <= 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_profile_stays_and_what_the_camera_wrote_goes(kind):
    exif = Pillow.Exif()
    exif[0x010E] = "the house of Ana"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 54.0, 50.0)})
    out = BytesIO()
    options = {"exif": exif, "icc_profile": PROFILES["Display P3"]}
    picture("RGB").save(out, kind, **options)
    assert b"Ana" in out.getvalue()
    file, _sha256 = clean_picture(ContentFile(out.getvalue(), name="tram.jpg"))
    cleaned = file.read()
    found = Pillow.open(BytesIO(cleaned))
    assert found.info["icc_profile"] == PROFILES["Display P3"]
    assert not found.getexif() and b"Ana" not in cleaned


def test_of_the_two_pictures_in_a_phones_jpeg_the_first_is_shown_in_its_colours():
    """MPO: the second says how bright each part is on screens that can be brighter."""
    exif, out = Pillow.Exif(), BytesIO()
    exif[0x0112] = 6
    options = {"exif": exif, "icc_profile": PROFILES["Display P3"], "quality": 95}
    second = [picture("L", size=(120, 80))]
    lying = picture("RGB").transpose(Pillow.Transpose.ROTATE_90)
    lying.save(out, "MPO", save_all=True, append_images=second, **options)
    assert Pillow.open(out).format == "MPO"
    file, _sha256 = clean_picture(ContentFile(out.getvalue(), name="IMG_0042.jpg"))
    found = profiles.shown(file)
    assert found.size == picture("RGB").size
    assert distance(found, expected(picture("RGB"), "RGB", "Display P3")) <= NEAR
