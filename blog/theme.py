"""The site's colours and fonts, as a stylesheet of what differs from site.css."""

import colorsys
import re
from hashlib import sha256

HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
READABLE = 4.5  # WCAG 2.2, 1.4.3
# Paper and tint of site.css; the accent is read on both.
LIGHT = ("#fffdf8", "#f4eee2")
DARK = ("#171411", "#221e19")
# The default red has this contrast on light paper; on dark paper a colour needs the same.
COMFORTABLE = 6.5

OLD_STYLE, TRANSITIONAL, SLAB = "old-style", "transitional", "slab"
HUMANIST, GROTESQUE = "humanist", "grotesque"
# Stacks of system fonts, with the width of a column that holds 60 to 75 of their letters.
STACKS = {
    TRANSITIONAL: (
        'Charter,"Bitstream Charter","Sitka Text",Cambria,"Noto Serif",'
        '"DejaVu Serif Condensed","DejaVu Serif",serif',
        "40rem",
    ),
    SLAB: (
        'Rockwell,"Rockwell Nova","Roboto Slab","DejaVu Serif Condensed","DejaVu Serif",serif',
        "42rem",
    ),
    HUMANIST: (
        'Optima,Candara,"Gill Sans","Noto Sans","DejaVu Sans",Verdana,sans-serif',
        "42rem",
    ),
    GROTESQUE: (
        '"Helvetica Neue",Helvetica,Arial,"Liberation Sans",Roboto,sans-serif',
        "40rem",
    ),
}


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, papers: tuple[str, ...]) -> float:
    return min(contrast(colour, paper) for paper in papers)


def darkened(colour: str) -> str:
    """Return the same hue, only as dark as light paper needs to make it readable."""
    return _shifted(colour, LIGHT, READABLE, step=-1)


def lightened(colour: str) -> str:
    return _shifted(colour, DARK, COMFORTABLE, step=1)


def stylesheet(accent: str, heading_font: str, text_font: str) -> str:
    """Return CSS to load after site.css; "" if nothing differs from it."""
    light = []
    if accent:
        light.append(f"--accent:{accent}")
    if heading_font != OLD_STYLE:
        light.append(f"--head:{STACKS[heading_font][0]}")
    if text_font != OLD_STYLE:
        stack, measure = STACKS[text_font]
        light += [f"--text:{stack}", f"--measure:{measure}"]
    if not light:
        return ""
    css = f":root{{{';'.join(light)}}}"
    if accent:
        dark = f"--accent:{lightened(accent)}"
        css += f"@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return css + "\n"


def name_of(css: str) -> str:
    # Named by its content, so that browsers may cache it for ever.
    return sha256(css.encode()).hexdigest()[:12]


def _shifted(colour: str, papers: tuple[str, ...], wanted: float, *, step: int) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    percent = round(lightness * 100)
    while least_contrast(colour, papers) < wanted and 0 <= percent + step <= 100:
        percent += step
        colour = _hex(*colorsys.hls_to_rgb(hue, percent / 100, saturation))
    return colour


def _channels(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def _hex(*channels: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    # WCAG 2.2, relative luminance.
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
