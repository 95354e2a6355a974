"""Colour profiles made for tests, in the form of ICC.1:2001-04, and pictures that have them."""

import struct
from io import BytesIO
from itertools import product

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

# Red, green and blue as XYZ under the light D50.
DISPLAY_P3 = (0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)
ADOBE_RGB = (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)
WHITE = (0.9642, 1.0, 0.8249)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def rgb(primaries=DISPLAY_P3, *, padding: int = 0) -> bytes:
    tags = {b"wtpt": _xyz(WHITE)}
    for letter, colour in zip(b"rgb", primaries, strict=True):
        tags |= {bytes([letter]) + b"XYZ": _xyz(colour), bytes([letter]) + b"TRC": _gamma(2.2)}
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags, padding)


def grey(gamma: float = 1.4) -> bytes:
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": _xyz(WHITE), b"kTRC": _gamma(gamma)})


def cmyk() -> bytes:
    """Inks that are paler than Pillow's: full cyan is a blue grey."""
    corners = b"".join(_lab(*inks) for inks in product((0, 1), repeat=4))
    unchanged = struct.pack(">HH", 0, 0xFFFF)
    matrix = struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    table = b"mft2" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + struct.pack(">HH", 2, 2)
    table += unchanged * 4 + corners + unchanged * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"wtpt": _xyz(WHITE), b"A2B0": table})


def _lab(cyan, magenta, yellow, black) -> bytes:
    light = (100 - 15 * (cyan + magenta) - 5 * yellow) * (0.2 if black else 1)
    a, b = 30 * magenta - 20 * cyan, 40 * yellow - 25 * cyan
    return struct.pack(">3H", round(light * 652.8), round((a + 128) * 256), round((b + 128) * 256))


def _xyz(values) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(value * 256))


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict, padding: int = 0) -> bytes:
    name = b"A test\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(name)) + name + bytes(78),
        b"cprt": b"text" + bytes(4) + b"None\0" + bytes(padding),
        **tags,
    }
    table, content = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        at = 128 + 4 + 12 * len(tags) + len(content)
        table += tag + struct.pack(">II", at, len(data))
        content += data + bytes(-len(data) % 4)
    size = 128 + len(table) + len(content)
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header = struct.pack(">I4sI", size, b"", 0x02400000) + kind + space + connection + date
    header += b"acsp" + bytes(28) + _xyz(WHITE)[8:]
    return header.ljust(128, b"\0") + table + content


def colours_of(picture, profile: bytes | None, mode: str = "") -> Image.Image:
    """What a browser that knows colours shows: sRGB."""
    if not profile:
        return picture.convert("RGB")
    picture = picture.convert(mode) if mode else picture
    return ImageCms.profileToProfile(
        picture, ImageCms.ImageCmsProfile(BytesIO(profile)), SRGB, outputMode="RGB"
    )


def shown(file) -> Image.Image:
    """The colours of a stored file that is no longer CMYK."""
    picture = Image.open(BytesIO(file.read()))
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture.convert("RGBA").convert("RGB")
    space = ImageCms.ImageCmsProfile(BytesIO(profile)).profile.xcolor_space
    return colours_of(picture, profile, "L" if space == "GRAY" else "RGB")


def upload_of(picture: Image.Image, kind: str, profile: bytes | None) -> SimpleUploadedFile:
    options = {} if kind == "GIF" else {"icc_profile": profile}
    if kind in ("JPEG", "WEBP", "AVIF"):
        options["quality"] = 95
    out = BytesIO()
    picture.save(out, kind, **options)
    return SimpleUploadedFile(f"tram.{kind.lower()}", out.getvalue())
