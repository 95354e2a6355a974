"""Uploaded pictures: checked before they are decoded, cleaned before they are stored."""

import hashlib
import io
import math
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image as Pillow
from PIL import ImageOps

from blog.images import animation, colour, heic

LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 128_000_000  # all frames together
MOST_FRAMES = 1000
# Pillow refuses a frame of twice this size before decoding it.
Pillow.MAX_IMAGE_PIXELS = MOST_PIXELS // 2
HELP = (
    gettext_lazy("JPEG, PNG, WebP, GIF, AVIF or HEIC, at most 10 MB.")
    if heic.IS_READ
    else gettext_lazy("JPEG, PNG, WebP, GIF or AVIF, at most 10 MB.")
)
# For file inputs. An iPhone that is not offered HEIC gives JPEG.
ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/avif"
ACCEPTED += ",image/heic,.heic" if heic.IS_READ else ""
NO_HEIC = gettext_lazy(
    "This is a HEIC picture, as phones take them, and this site cannot read it. Choose it as JPEG"
    " (on an iPhone: Settings, Camera, Formats, Most Compatible), or ask whoever runs the site to"
    " install pillow-heif."
)
KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}


def clean_picture(upload) -> tuple[ContentFile, str]:
    """Return the file to store, upright and without metadata, and its SHA-256.

    Raises ValidationError for a file that is too large, has too many pixels or is no picture.
    The result is kept on the upload: forms ask again while the database is locked.
    """
    if not hasattr(upload, "cleaned"):
        try:
            upload.cleaned = _clean(upload)
        except ValidationError as refused:
            upload.cleaned = refused
    if isinstance(upload.cleaned, ValidationError):
        raise upload.cleaned
    return upload.cleaned


def _clean(upload) -> tuple[ContentFile, str]:
    if upload.size > LARGEST_FILE:
        raise ValidationError(
            _("The picture is %(size)s MB; the limit is 10 MB.")
            % {"size": f"{math.ceil(upload.size / 1024 / 1024 * 10) / 10:g}"}
        )
    data = upload.read()
    kind = _kind(data)
    cleaned = _without_metadata(data, kind)
    kind = "JPEG" if kind == "HEIF" else kind
    digest = hashlib.sha256(cleaned).hexdigest()
    return ContentFile(cleaned, name=f"{digest[:20]}.{KINDS[kind]}"), digest


def _kind(data: bytes) -> str:
    """Return the format from the first bytes, before anything is decoded."""
    if heic.is_heic(data) and not heic.IS_READ:
        raise ValidationError(NO_HEIC)
    formats = ["HEIF"] if heic.is_heic(data) else list(KINDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
        try:
            picture = Pillow.open(io.BytesIO(data), formats=formats)
            # Only the first picture of a HEIC is decoded.
            frames = 1 if picture.format == "HEIF" else getattr(picture, "n_frames", 1)
        except Pillow.DecompressionBombError:
            raise _too_many_pixels() from None
        except Exception:  # see _without_metadata
            raise ValidationError(
                _("This is not a picture that can be shown: use JPEG, PNG, WebP, GIF or AVIF.")
            ) from None
        if picture.width * picture.height * frames > MOST_PIXELS:
            raise _too_many_pixels()
        if frames > MOST_FRAMES:
            raise ValidationError(_("The picture moves for too long; at most 1,000 frames."))
        if picture.format == "GIF":
            _check_canvas(picture, frames)
    # MPO: several JPEGs of a camera in one file; the first is the picture.
    return "JPEG" if picture.format == "MPO" else picture.format


def _check_canvas(picture: Pillow.Image, frames: int) -> None:
    # Frames of a GIF may be larger than its header says. Pillow knows a frame's size once it has
    # decoded those before it.
    try:
        for number in range(frames):
            picture.seek(number)
            if picture.width * picture.height * frames > MOST_PIXELS:
                raise _too_many_pixels()
    except Pillow.DecompressionBombError:
        raise _too_many_pixels() from None
    except ValidationError:
        raise
    except Exception:  # see _without_metadata
        raise _damaged() from None


def _too_many_pixels() -> ValidationError:
    return ValidationError(_("The picture has too many pixels; at most 128 million."))


def _damaged() -> ValidationError:
    return ValidationError(_("The picture's file is damaged."))


def _without_metadata(data: bytes, kind: str) -> bytes:
    # Metadata, such as a camera's position, is dropped.
    try:
        picture = Pillow.open(io.BytesIO(data), formats=[kind])
        if kind not in ("JPEG", "HEIF") and getattr(picture, "is_animated", False):
            return animation.cleaned(data, picture)
        return _still(picture, kind)
    except Exception:  # Pillow's decoders raise errors of any class for a damaged file
        raise _damaged() from None


def _still(picture: Pillow.Image, kind: str) -> bytes:
    if kind == "HEIF":
        picture, kind = _on_white(colour.in_rgb(picture)), "JPEG"
    picture = colour.as_browsers_show_it(ImageOps.exif_transpose(picture))
    for name in ("exif", "xmp", "comment", "XML:com.adobe.xmp"):
        picture.info.pop(name, None)
    quality = {"quality": 90} if kind in ("JPEG", "WEBP", "AVIF") else {}
    profile, out = picture.info.get("icc_profile"), io.BytesIO()
    picture.save(out, format=kind, exif=b"", icc_profile=profile, **quality)
    return out.getvalue()


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode != "RGBA":
        return picture
    white = Pillow.new("RGBA", picture.size, "white")
    flat = Pillow.alpha_composite(white, picture).convert("RGB")
    flat.info = picture.info
    return flat
