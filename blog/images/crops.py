"""Crops: the largest box of a shape, as near to the focal point as the edges allow."""

CARD = (16, 9)
SHARED = (1200, 630)  # the picture that other sites show beside a link
SEARCHED = (CARD, (4, 3), (1, 1))  # shapes that search engines ask for
LEAST_PIXELS = 50_000  # search engines ignore smaller ones


def box(image, shape=CARD) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom in pixels of the original."""
    across, down = shape
    width = max(min(image.width, round(image.height * across / down)), 1)
    height = max(min(image.height, round(width * down / across)), 1)
    x, y = point(image)
    left = min(max(round(x * image.width - width / 2), 0), image.width - width)
    top = min(max(round(y * image.height - height / 2), 0), image.height - height)
    return left, top, left + width, top + height


def point(image) -> tuple[float, float]:
    return tuple(min(max(share, 0), 1) for share in (image.focal_x, image.focal_y))


def width(image, shape=CARD) -> int:
    left, _top, right, _bottom = box(image, shape)
    return right - left


def height(box, to: int) -> int:
    """Return the height of the box when it is scaled to the width `to`."""
    left, top, right, bottom = box
    return max(round((bottom - top) * to / (right - left)), 1)


def for_search_engines(image) -> list[tuple[tuple[int, int], int]]:
    """Return (shape, width) for each shape that is large enough for search engines."""
    widths = [(shape, min(width(image, shape), SHARED[0])) for shape in SEARCHED]
    return [
        (shape, wide)
        for shape, wide in widths
        if wide * height(box(image, shape), wide) >= LEAST_PIXELS
    ]


def can_be_shared(image) -> bool:
    return width(image, SHARED) >= SHARED[0]
