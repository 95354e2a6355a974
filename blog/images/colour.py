"""Colour profiles: kept where browsers read them, applied where they do not.

A profile says which red is meant by a number. Without it browsers take sRGB for granted, and the
colours of a wide-gamut photograph turn dull.
"""

import io

from PIL import Image as Pillow
from PIL import ImageChops, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# The mode in which a profile of these colours is applied.
APPLIED_TO = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
# Every copy carries its profile; those of scanners and printers can be larger than the copy.
LARGEST_IN_COPIES = 16 * 1024
# Between the channels of a grey picture whose format knows colour only, after lossy compression.
NEUTRAL = 4


def as_browsers_show_it(picture: Pillow.Image) -> Pillow.Image:
    """Return the picture with its profile, or in sRGB where no browser would apply the profile: to
    CMYK, and to another kind of colour than its own."""
    picture = _with_eight_bits(picture)
    space = _space_of_profile(picture)
    if picture.mode == "CMYK" or (space and APPLIED_TO[space] != _applied_to(picture.mode)):
        return in_rgb(picture)
    return picture if space else _without_profile(picture)


def in_rgb(picture: Pillow.Image) -> Pillow.Image:
    """Return the picture as RGB, or RGBA if it has transparent parts, with its RGB profile. Colours
    of other profiles become sRGB."""
    picture = _with_eight_bits(picture)
    space, profile = _space_of_profile(picture), picture.info.get("icc_profile")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if space == "GRAY" and _is_neutral(picture):
        return _in_srgb(picture, mode, "L")
    if space == "CMYK" and picture.mode == "CMYK":
        return _in_srgb(picture, mode, "CMYK")
    converted = _without_profile(picture.convert(mode))
    if space == "RGB" and picture.mode != "CMYK":
        converted.info["icc_profile"] = profile
    return converted


def in_copies(picture: Pillow.Image) -> Pillow.Image:
    picture = in_rgb(picture)
    if len(picture.info.get("icc_profile", b"")) > LARGEST_IN_COPIES:
        return _in_srgb(picture, picture.mode, "RGB")
    return picture


def profile_of(picture: Pillow.Image) -> bytes | None:
    """Return the profile that browsers apply to the picture as it is."""
    space = _space_of_profile(picture)
    fits = space and APPLIED_TO[space] == _applied_to(picture.mode)
    return picture.info["icc_profile"] if fits else None


def _applied_to(mode: str) -> str:
    if mode == "CMYK":
        return mode
    return "L" if mode[0] in "1LIF" else "RGB"


def _with_eight_bits(picture: Pillow.Image) -> Pillow.Image:
    # Grey of 16 bits; Pillow's scaling would clip it to white.
    if not picture.mode.startswith("I"):
        return picture
    picture.info.pop("transparency", None)
    return picture.convert("I").point(lambda grey: grey / 256).convert("L")


def _space_of_profile(picture: Pillow.Image) -> str:
    """Return the kind of colour that the profile is for; "" without one, or if it is broken."""
    data = picture.info.get("icc_profile")
    if not data:
        return ""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        space = profile.profile.xcolor_space.strip()
        ImageCms.buildTransform(profile, SRGB, APPLIED_TO[space], "RGB")
    except Exception:  # whatever a broken profile makes the library raise
        return ""
    return space


def _is_neutral(picture: Pillow.Image) -> bool:
    if _applied_to(picture.mode) == "L":
        return True
    if picture.mode == "CMYK":
        return False
    red, green, blue = picture.convert("RGB").split()
    pairs = ((red, green), (green, blue))
    return all(ImageChops.difference(*pair).getextrema()[1] <= NEUTRAL for pair in pairs)


def _in_srgb(picture: Pillow.Image, mode: str, applied_to: str) -> Pillow.Image:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    alpha = picture.convert("RGBA").getchannel("A") if mode == "RGBA" else None
    colours = picture if picture.mode == applied_to else picture.convert(applied_to)
    converted = ImageCms.profileToProfile(colours, profile, SRGB, outputMode="RGB")
    if alpha:
        converted.putalpha(alpha)
    return _without_profile(converted)


def _without_profile(picture: Pillow.Image) -> Pillow.Image:
    picture.info.pop("icc_profile", None)
    return picture
