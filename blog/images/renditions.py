"""Smaller copies of a picture: their sizes and names, and how they are made.

WebP with JPEG as the fallback. AVIF at the same quality was a tenth smaller, but took 2.4 s of
processor time instead of 0.3 s for 1600 × 1067 pixels, and a picture needs up to seven copies.
"""

import io
import math
import warnings
from dataclasses import dataclass, replace

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from blog.images import colour, crops, upload

WIDTHS = (320, 640, 960, 1280, 1920)
CARD_WIDTHS = (640, 1280)  # the second for the large card
SAVED_AS = {"webp": {"format": "WEBP", "quality": 80}, "jpg": {"format": "JPEG", "quality": 76}}
# The width of .wide in site.css.
LARGE = "(min-width:66rem) 64rem,100vw"
# The width of .column in site.css.
COLUMN = "(min-width:38rem) 36rem,calc(100vw - 2rem)"


class Unscalable(Exception):
    """The picture is animated, or no decoder reads it; pages keep serving the original."""


@dataclass(frozen=True)
class Sources:
    """The attributes of a <picture> element."""

    src: str
    webp: str
    jpeg: str
    sizes: str
    width: int
    height: int


@dataclass(frozen=True)
class File:
    """A copy: the part of the original in `box`, scaled to `width` and `height`."""

    name: str
    box: tuple[int, int, int, int]
    width: int
    height: int
    kind: str

    @property
    def url(self) -> str:
        return default_storage.url(self.name)


def widths(image) -> list[int]:
    return _steps(WIDTHS, image.width)


def card_widths(image) -> list[int]:
    return _steps(CARD_WIDTHS, crops.width(image))


def _steps(steps, widest: int) -> list[int]:
    # Never wider than the original; if its width lies between two steps, that width too.
    return [step for step in steps[:-1] if step < widest] + [min(widest, steps[-1])]


def name(image, width: int, kind: str) -> str:
    return f"{_folder(image.sha256)}/{width}.{kind}"


def card_name(image, width: int | str, kind: str) -> str:
    # The focal point is part of the name, since browsers cache a file for ever.
    x, y = (round(share * 1000) for share in crops.point(image))
    return f"{_folder(image.sha256)}/{x}-{y}-{width}.{kind}"


def _folder(sha256: str) -> str:
    return f"r/{sha256[:20]}"


def sources_of(image, *, card: bool, large: bool) -> Sources:
    """`sizes` is empty if there is only one width. A small card needs the first width only."""
    naming, steps = (card_name, card_widths(image)) if card else (name, widths(image))
    steps = steps if large or not card else steps[:1]
    return Sources(
        src=default_storage.url(naming(image, steps[len(steps) // 2], "jpg")),
        webp=_srcset(image, naming, steps, "webp"),
        jpeg=_srcset(image, naming, steps, "jpg"),
        sizes=LARGE if len(steps) > 1 else "",
        width=steps[-1],
        height=crops.height(crops.box(image) if card else _whole(image), steps[-1]),
    )


def in_text(image) -> Sources:
    if image.renditions != image.Renditions.READY:
        return Sources(image.file.url, "", "", "", image.width, image.height)
    sources = sources_of(image, card=False, large=False)
    return replace(sources, sizes=COLUMN if sources.sizes else "")


def small(image, width: float) -> str:
    """Return the URL of the smallest WebP copy at least that wide, else of the widest; of the
    original until the copies are ready."""
    if image.renditions != image.Renditions.READY:
        return image.file.url
    steps = widths(image)
    fitting = next((step for step in steps if step >= width), steps[-1])
    return default_storage.url(name(image, fitting, "webp"))


def _srcset(image, naming, steps, kind: str) -> str:
    urls = [(default_storage.url(naming(image, step, kind)), step) for step in steps]
    return ",".join(f"{url} {step}w" for url, step in urls) if len(urls) > 1 else urls[0][0]


def for_sharing(image) -> File | None:
    """Return the crop that other sites show beside a link; None if the picture is too small."""
    return _crop(image, crops.SHARED, crops.SHARED[0]) if crops.can_be_shared(image) else None


def for_search_engines(image) -> list[File]:
    return [_crop(image, shape, width) for shape, width in crops.for_search_engines(image)]


def _crop(image, shape, width: int) -> File:
    box = crops.box(image, shape)
    height = crops.height(box, width)
    return File(card_name(image, f"{width}x{height}", "jpg"), box, width, height, "jpg")


def _files(image) -> list[File]:
    wanted = [(name, width, _whole(image)) for width in widths(image)]
    wanted += [(card_name, width, crops.box(image)) for width in card_widths(image)]
    files = [
        File(naming(image, width, kind), box, width, crops.height(box, width), kind)
        for naming, width, box in wanted
        for kind in SAVED_AS
    ]
    return files + for_search_engines(image) + [file for file in [for_sharing(image)] if file]


def _whole(image) -> tuple[int, int, int, int]:
    return 0, 0, image.width, image.height


def make(image) -> None:
    """Write the copies that are missing. Raises Unscalable, or the storage's own error."""
    missing = [file for file in _files(image) if not _is_whole(file.name)]
    if not missing:
        return
    original = _decoded(image)
    for file in missing:
        default_storage.save(file.name, ContentFile(_scaled(image, original, file)))


def _is_whole(file: str) -> bool:
    # A worker that was killed leaves an incomplete file; delete it.
    try:
        with default_storage.open(file) as stored:
            Pillow.open(stored).load()
    except FileNotFoundError:
        return False
    except Exception:  # see upload._without_metadata
        default_storage.delete(file)
        return False
    return True


def _decoded(image) -> Pillow.Image:
    try:
        with image.file.storage.open(image.file.name) as stored, warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            picture = Pillow.open(stored, formats=list(upload.KINDS))
            if getattr(picture, "is_animated", False) and picture.format != "MPO":
                raise Unscalable
            picture.draft(None, _decoded_size(image))
            picture.load()
            return colour.in_copies(picture)
    except Exception as error:  # see upload._without_metadata
        raise Unscalable from error


def _decoded_size(image) -> tuple[int, int]:
    # Decode no more of a large JPEG than the largest copies need to be sharp.
    most = max(file.width / (file.box[2] - file.box[0]) for file in _files(image))
    return math.ceil(image.width * most * 1.5), math.ceil(image.height * most * 1.5)


def _scaled(image, original, file: File) -> bytes:
    left, top, right, bottom = file.box
    size = (file.width, file.height)
    across, down = original.width / image.width, original.height / image.height
    far = (min(right * across, original.width), min(bottom * down, original.height))
    picture = original.resize(
        size, Pillow.Resampling.LANCZOS, box=(left * across, top * down, *far), reducing_gap=3
    )
    if file.kind == "jpg" and picture.mode == "RGBA":
        picture = Pillow.alpha_composite(Pillow.new("RGBA", size, "white"), picture).convert("RGB")
    out = io.BytesIO()
    profile = original.info.get("icc_profile")
    picture.save(out, **SAVED_AS[file.kind], icc_profile=profile, exif=b"")
    return out.getvalue()


def remove(sha256: str) -> None:
    folder = _folder(sha256)
    if not default_storage.exists(folder):
        return
    for file in default_storage.listdir(folder)[1]:
        default_storage.delete(f"{folder}/{file}")
    default_storage.delete(folder)
