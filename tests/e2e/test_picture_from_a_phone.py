"""A photograph as a phone takes it, lying on its side, in wide colours and with its place, is
described, put into a text and published on a phone. Readers see it upright and in its colours."""

import re
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from tests import profiles
from tests.e2e.conftest import press, run_axe
from tests.e2e.test_picture_in_a_text import wait_for_copies

on_a_phone = pytest.mark.parametrize(
    "view", [("phone", "script"), ("phone", "no-script")], ids="-".join, indirect=True
)
# Of the upright picture: above left, above right, below left, below right.
PATCHES = [(220, 40, 30), (40, 190, 60), (30, 60, 220), (230, 200, 40)]
UPRIGHT = (3024, 4032)
ALT = "The 14 at the pier, in the evening"
PLACE = "the house of Ana"
NEAR = 14


def upright() -> Image.Image:
    patches = Image.new("RGB", (2, 2))
    patches.putdata(PATCHES)
    return patches.resize(UPRIGHT, Image.Resampling.NEAREST)


def taken(number: int) -> bytes:
    """Each view has a photograph of its own: the same file again would be the same picture."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, PLACE  # turned to the right
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 54.0, 50.0), 3: "E", 4: (10.0, 44.0, 20.0)})
    picture, out = upright(), BytesIO()
    picture.putpixel((5, 5), (number, 0, 0))
    lying = picture.transpose(Image.Transpose.ROTATE_90)
    lying.save(out, "JPEG", quality=92, exif=exif, icc_profile=profiles.rgb())
    assert Image.open(out).size == UPRIGHT[::-1] and PLACE.encode() in out.getvalue()
    return out.getvalue()


def colours() -> list[tuple[int, ...]]:
    """What a reader's screen of sRGB shows."""
    seen = profiles.colours_of(upright().resize((20, 20)), profiles.rgb())
    return [seen.getpixel(place) for place in ((5, 5), (15, 5), (5, 15), (15, 15))]


@on_a_phone
def test_picture_from_a_phone(view, site):
    markdown = add(view, view.staff("edith"))
    path = publish(view, markdown)
    wait_for_copies(site, path)
    reader = view.reader()
    reader.goto(path)
    look_at(view, reader)
    for address in addresses(reader):
        assert_says_nothing_of_the_place(reader, address)


def add(view, page) -> str:
    """Return what the page gives to put into a text."""
    page.goto("/admin/blog/image/add/")
    photo = {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": taken(int(view.script))}
    page.locator("[name=file]").set_input_files(photo)
    page.locator("[name=alt]").fill(ALT)
    view.shot(page, "described")
    press(page.get_by_role("button", name="Save", exact=True))
    view.shot(page, "saved")
    message = page.locator(".messagelist .to-copy").first
    assert message.bounding_box()["y"] < view.size["height"], "out of sight"
    button = page.get_by_role("button", name="Copy", exact=True)
    assert button.is_visible() == view.script
    if not view.script:
        return message.inner_text()
    found = run_axe(page)
    assert found.violations_count == 0, found.generate_report()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == message.inner_text()
    return copied


def publish(view, markdown: str) -> str:
    page = view.staff("edith")
    page.goto("/admin/blog/post/add/")
    title = f"The pier {view.scene[-20:]}"
    page.get_by_label("Title").fill(title)
    page.locator("[name=body]").fill(f"Before.\n\n{markdown}\n\nAfter.")
    press(page.get_by_role("button", name="Publish", exact=True))
    (found,) = view.site.rows("SELECT * FROM blog_post WHERE title = ?", title)
    assert found["status"] == "published", page.locator("main").inner_text()
    page.goto("/admin/blog/image/")
    view.shot(page, "used in")
    assert page.get_by_role("link", name=title).count() == 1
    page.goto("/admin/blog/image/?use=unused")
    assert page.get_by_role("link", name=title).count() == 0
    return found["path"]


def look_at(view, reader) -> None:
    img = reader.locator(".prose picture img")
    img.scroll_into_view_if_needed()
    reader.wait_for_load_state("networkidle")
    view.shot(reader, "read")
    assert img.get_attribute("alt") == ALT
    width, height = (int(img.get_attribute(name)) for name in ("width", "height"))
    assert width < height
    seen = Image.open(BytesIO(img.screenshot())).convert("RGB")
    assert seen.height > seen.width
    quarters = [(seen.width * x // 4, seen.height * y // 4) for y in (1, 3) for x in (1, 3)]
    for place, should in zip(quarters, colours(), strict=True):
        found = seen.getpixel(place)
        assert max(abs(a - b) for a, b in zip(found, should, strict=True)) <= NEAR, (found, should)


def addresses(reader) -> list[str]:
    """Of every copy that the text names, and of the original."""
    text = reader.locator(".prose").inner_html()
    found = set(re.findall(r"/media/[\w./-]+\.(?:jpg|webp)", text))
    assert len(found) >= 8, found
    return sorted(found)


def assert_says_nothing_of_the_place(reader, address: str) -> None:
    answer = reader.request.get(address)
    assert answer.status == 200
    data = answer.body()
    picture = Image.open(BytesIO(data))
    assert not picture.getexif() and PLACE.encode() not in data, address
    if re.search(r"/r/\w+/\d+\.", address):
        assert picture.height > picture.width
    profile = ImageCms.ImageCmsProfile(BytesIO(picture.info["icc_profile"]))
    assert profile.tobytes() == profiles.rgb(), address
