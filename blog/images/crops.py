"""Where a picture is cut: the largest box of a shape, as near to the focal point as it can be."""

CARD = (16, 9)
SHARED = (1200, 630)  # what other sites show beside a link
SEARCHED = (CARD, (4, 3), (1, 1))  # what search engines ask for
LEAST_PIXELS = 50_000  # and smaller ones they leave out


def box(image, shape=CARD) -> tuple[int, int, int, int]:
    """Left, top, right and bottom; its middle is the focal point where the edges allow."""
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
    """Of what is in the box, once it is so wide."""
    left, top, right, bottom = box
    return max(round((bottom - top) * to / (right - left)), 1)


def searched(image) -> list[tuple[tuple[int, int], int]]:
    """Each shape that is large enough, with its width."""
    widths = [(shape, min(width(image, shape), SHARED[0])) for shape in SEARCHED]
    return [
        (shape, wide)
        for shape, wide in widths
        if wide * height(box(image, shape), wide) >= LEAST_PIXELS
    ]


def can_be_shared(image) -> bool:
    return width(image, SHARED) >= SHARED[0]
