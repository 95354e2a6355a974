"""Animations: what moves keeps its frames, their times, how often it repeats, and its looks."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image as Pillow
from PIL import ImageDraw, ImageSequence

from blog.images import avif, upload
from blog.images.upload import clean_picture
from tests import profiles

KINDS = ["GIF", "PNG", "WEBP", "AVIF"]
TIMES = [[100, 500, 900], [40, 40, 40], [1000, 10, 250], [20, 5000, 70]]
# GIF has a repeat of one by saying nothing.
PLAYS = [0, 1, 2, 7]
DISPOSALS = {"GIF": [0, 1, 2, 3], "PNG": [0, 1, 2]}


def frames(number=3, size=(48, 32), seed=1) -> list[Pillow.Image]:
    """With clear parts, so that a frame that stays where it should go is seen."""
    chance, found = random.Random(seed), []  # noqa: S311
    for _ in range(number):
        colour = tuple(chance.choice([0, 128, 255]) for _ in range(3))
        picture = Pillow.new("RGBA", size, (*colour, chance.choice([0, 255])))
        left, top = chance.randrange(size[0] // 2), chance.randrange(size[1] // 2)
        box = (left, top, left + size[0] // 3, top + size[1] // 3)
        ImageDraw.Draw(picture).rectangle(box, fill=(*colour[::-1], chance.choice([0, 255])))
        found.append(picture)
    return found


def animation(kind, times=(100, 500, 900), plays=0, **options) -> bytes:
    pictures = options.pop("pictures", None) or frames(len(times))
    if kind == "GIF":
        repeats = {} if plays == 1 else {"loop": max(plays - 1, 0)}
    else:
        repeats = {"loop": plays}
    out = BytesIO()
    pictures[0].save(
        out,
        kind,
        save_all=True,
        append_images=pictures[1:],
        duration=list(times),
        **({} if kind == "AVIF" else repeats),
        **options,
    )
    data = out.getvalue()
    return avif.with_plays(data, plays) if kind == "AVIF" else data


def cleaned(data: bytes) -> bytes:
    return clean_picture(ContentFile(data, name="tram"))[0].read()


def shown(data: bytes) -> list[tuple]:
    """Time, disposal and pixels of each frame; colours of clear pixels are nobody's concern."""
    picture, found = Pillow.open(BytesIO(data)), []
    for frame in ImageSequence.Iterator(picture):
        frame.load()
        disposal = getattr(frame, "disposal_method", frame.info.get("disposal"))
        clear = Pillow.new("RGBA", frame.size)
        pixels = Pillow.alpha_composite(clear, frame.convert("RGBA")).tobytes()
        found.append((frame.info["duration"], disposal, pixels))
    return found


def times_of(data: bytes) -> list[int]:
    return [time for time, _disposal, _pixels in shown(data)]


def plays_of(kind: str, data: bytes) -> int | None:
    if kind == "AVIF":
        return avif.plays(data)
    return Pillow.open(BytesIO(data)).info.get("loop")


@pytest.mark.parametrize("plays", PLAYS)
@pytest.mark.parametrize("times", TIMES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_times_and_repeats_stay(kind, times, plays):
    before = animation(kind, times, plays)
    after = cleaned(before)
    assert times_of(after) == times_of(before) == times
    assert plays_of(kind, after) == plays_of(kind, before)
    assert Pillow.open(BytesIO(after)).format == kind


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_each_frame_looks_as_before_and_goes_as_before(kind, seed):
    disposals = {}
    if kind in DISPOSALS:
        chance = random.Random(seed)  # noqa: S311
        disposals = {"disposal": [chance.choice(DISPOSALS[kind]) for _ in range(4)]}
    before = animation(kind, (100, 500, 900, 40), pictures=frames(4, seed=seed), **disposals)
    assert shown(cleaned(before)) == shown(before)


def test_a_frame_of_an_avif_looks_almost_as_before():
    before = animation("AVIF", quality=95)
    for (_, _, one), (_, _, other) in zip(shown(before), shown(cleaned(before)), strict=True):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one) < 4


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_animation_is_the_same_file(kind, monkeypatch):
    data = animation(kind)
    before = clean_picture(ContentFile(data, name="tram"))[1]
    monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
    assert clean_picture(ContentFile(data, name="tram"))[1] == before


def test_an_avif_says_nothing_of_when_it_was_uploaded():
    data = cleaned(animation("AVIF"))
    times = [
        data[at + 4 : at + 20] for kind, at in avif._boxes(data, 0, len(data)) if kind in HEADS
    ]
    assert len(times) >= 3 and set(times) == {bytes(16)}


HEADS = (b"mvhd", b"tkhd", b"mdhd")


# What the camera wrote.


def with_words(kind: str) -> bytes:
    exif, words = Pillow.Exif(), b"the house of Ana"
    exif[0x010E] = words.decode()
    if kind == "GIF":
        data = animation(kind, comment=words)
        xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(words)]) + words + b"\0"
        return data[:-1] + xmp + b";" + words
    data = animation(kind, exif=exif, **({"xmp": words} if kind in ("WEBP", "AVIF") else {}))
    if kind == "PNG":
        text = b"tEXt" + words
        text = struct.pack(">I", len(words)) + text + struct.pack(">I", zlib.crc32(text))
        return data[:33] + text + data[33:] + words
    return data + words


@pytest.mark.parametrize("kind", KINDS)
def test_metadata_goes_wherever_it_stands(kind):
    before = with_words(kind)
    assert b"Ana" in before
    after = cleaned(before)
    assert b"Ana" not in after and not Pillow.open(BytesIO(after)).getexif()
    assert times_of(after) == [100, 500, 900]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("profile", [profiles.rgb(), profiles.rgb()[:200], profiles.cmyk()])
def test_a_profile_stays_if_it_is_one_for_these_colours(kind, profile):
    after = cleaned(animation(kind, icc_profile=profile))
    kept = profile if profile == profiles.rgb() else None
    assert Pillow.open(BytesIO(after)).info.get("icc_profile") == kept
    assert times_of(after) == [100, 500, 900]


# Limits, and damage.


@pytest.mark.parametrize("kind", KINDS)
def test_too_many_frames_are_refused_before_one_is_decoded(kind, monkeypatch):
    data = animation(kind)
    monkeypatch.setattr(upload, "MOST_FRAMES", 2)
    with pytest.raises(ValidationError, match="moves for too long"):
        cleaned(data)


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_of_all_frames_count(kind, monkeypatch):
    data = animation(kind)
    monkeypatch.setattr(upload, "MOST_PIXELS", 48 * 32 * 3)
    cleaned(data)
    monkeypatch.setattr(upload, "MOST_PIXELS", 48 * 32 * 3 - 1)
    with pytest.raises(ValidationError, match="too many pixels"):
        cleaned(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_half_a_file_is_damaged_and_no_error(kind, share):
    data = animation(kind)
    with pytest.raises(ValidationError):
        cleaned(data[: round(len(data) * share)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_wrong_bytes_is_refused_or_shown(kind):
    data, chance = animation(kind), random.Random(7)  # noqa: S311
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(3):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            after = cleaned(bytes(broken))
        except ValidationError:
            continue
        assert Pillow.open(BytesIO(after)).format == kind
