"""HEIC, as phones take pictures, where pillow-heif is installed. Browsers do not show it, so it is
stored as JPEG."""

try:
    import pillow_heif
except ImportError:
    IS_READ = False
else:
    IS_READ = True
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

# HEIC by its main brand; or a general one (AVIF has it too) with one of these among the others.
BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
GENERAL = {b"mif1", b"msf1"}


def is_heic(data: bytes) -> bool:
    if data[4:8] != b"ftyp":
        return False
    length = min(int.from_bytes(data[:4], "big"), 256)
    others = {data[at : at + 4] for at in range(16, length, 4)}
    return data[8:12] in BRANDS or data[8:12] in GENERAL and bool(others & BRANDS)
