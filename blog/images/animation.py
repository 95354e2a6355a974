"""Animations without their metadata: frames, times, repeats and disposal stay as they came.

GIF, PNG and WebP lose every part that is not in a list, and no frame is encoded again. An AVIF is
encoded again, because its metadata can stand anywhere in the file.
"""

import io
import struct
from collections.abc import Iterator

from PIL import Image as Pillow
from PIL import ImageSequence

from blog.images import avif, colour

PNG_PARTS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT"}
PNG_PARTS |= {b"sRGB", b"gAMA", b"cHRM", b"cICP"}  # say how its colours are meant
WEBP_PARTS = {b"VP8X", b"ANIM", b"ANMF"}
WEBP_FRAME_PARTS = {b"ALPH", b"VP8 ", b"VP8L"}
# Bits in the first byte of VP8X.
HAS_PROFILE, HAS_METADATA = 0x20, 0x08 | 0x04
# Application extensions of GIF that say how often it repeats.
GIF_REPEATS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def cleaned(data: bytes, picture: Pillow.Image) -> bytes:
    """Return the file without metadata. Raises errors of any class for a damaged one."""
    profile = colour.profile_of(picture)
    if picture.format == "AVIF":
        return _avif(data, picture, profile)
    out = PARTS[picture.format](data, bool(profile))
    durations = _durations(Pillow.open(io.BytesIO(out), formats=[picture.format]))
    if len(durations) != picture.n_frames:
        raise ValueError("frames are lost")
    return out


def _durations(picture: Pillow.Image) -> list[int]:
    """Decode every frame."""
    durations = []
    for frame in ImageSequence.Iterator(picture):
        frame.load()
        durations.append(frame.info.get("duration", 0))
    picture.seek(0)
    return durations


def _png(data: bytes, has_profile: bool) -> bytes:
    kept = PNG_PARTS | ({b"iCCP"} if has_profile else set())
    out, at, kind = bytearray(data[:8]), 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        out += data[at:end] if kind in kept else b""
        at = end
    return bytes(out)


def _webp(data: bytes, has_profile: bool) -> bytes:
    kept = WEBP_PARTS | ({b"ICCP"} if has_profile else set())
    parts = b"".join(_webp_part(*part) for part in _riff(data, 12) if part[0] in kept)
    flags = parts[8] & ~HAS_METADATA & (0xFF if has_profile else ~HAS_PROFILE)
    parts = parts[:8] + bytes([flags]) + parts[9:]
    return struct.pack("<4sI4s", b"RIFF", len(parts) + 4, b"WEBP") + parts


def _webp_part(kind: bytes, content: bytes) -> bytes:
    if kind == b"ANMF":  # 16 bytes about the frame, then parts of its own
        frame = (part for part in _riff(content, 16) if part[0] in WEBP_FRAME_PARTS)
        content = content[:16] + b"".join(_webp_part(*part) for part in frame)
    return struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)


def _riff(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _gif(data: bytes, has_profile: bool) -> bytes:
    at = 13 + _gif_colours(data[10])
    out = bytearray(data[:at])
    while data[at] != 0x3B:  # the end
        start, is_kept = at, False
        if data[at] == 0x2C:  # a frame
            is_kept = True
            at = _gif_blocks_end(data, at + 11 + _gif_colours(data[at + 9]))
        elif data[at] == 0x21:  # an extension
            is_kept = _is_of_frames(data[at : at + 15])
            at = _gif_blocks_end(data, at + 2)
        else:  # stray bytes, which decoders pass by
            at += 1
        out += data[start:at] if is_kept else b""
    return bytes(out) + b";"


def _is_of_frames(extension: bytes) -> bool:
    """Say whether it tells how the next frame is shown (0xF9), or how often all are, and whether it
    says anything: decoders disagree where an empty one ends."""
    if extension[1] == 0xF9:
        return extension[2] > 0
    return extension[3:14] in GIF_REPEATS and extension[14] > 0


def _gif_colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_blocks_end(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _avif(data: bytes, picture: Pillow.Image, profile: bytes | None) -> bytes:
    # Without a time a frame would have the shortest there is.
    times, out = [max(duration, 1) for duration in _durations(picture)], io.BytesIO()
    options = {"quality": 90, "exif": b"", "icc_profile": profile}
    picture.save(out, "AVIF", save_all=True, duration=times, **options)
    return avif.with_plays(out.getvalue(), avif.plays(data))


PARTS = {"GIF": _gif, "PNG": _png, "WEBP": _webp}
