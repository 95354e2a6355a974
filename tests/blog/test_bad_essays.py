"""The worst that an editor can send: a message at the field, all else kept, and no page broken."""

import fcntl
import tracemalloc
import xml.etree.ElementTree as ET
import zlib
from html import unescape
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from blog.images.upload import clean_picture
from blog.models import Image, Post, Role, Site, Tag
from blog.models.user import User
from tests.blog.test_renditions import keep, opened
from tests.desk import ADD, AHEAD, ESSAY, Desk, errors
from tests.factories import make_post, make_user, picture

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


@pytest.fixture
def desk(db):
    return Desk()


def chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return len(data).to_bytes(4, "big") + kind + data + crc.to_bytes(4, "big")


def png(width: int, height: int) -> bytes:
    """Says how large it is, and holds nothing: nobody should begin to decode it."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\2\0\0\0") + chunk(b"IDAT", b"")


def gif(side: int, frames: int, *, grows_to: int = 1, before=b"") -> bytes:
    """Of one pixel a frame on a large canvas: 23 bytes for each; all but the first may be larger,
    and something may stand `before` them."""
    head = b"GIF89a" + side.to_bytes(2, "little") * 2 + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    pause, pixel = b"\x21\xf9\x04\0\1\0\0\0", b"\0\2\2\x44\1\0"
    first, other = (
        pause + b"\x2c\0\0\0\0" + side.to_bytes(2, "little") * 2 + pixel for side in (1, grows_to)
    )
    return head + first + before + other * (frames - 1) + b";"


# Bytes 33 and 44 begin a block and a frame; here the first begins what holds the others.
WORDS = b"\x21\xfe\x03!,;\x01,\0"
HIDING = {
    "an empty comment": b"\x21\xfe\0",
    "words that look like frames": WORDS,
    "a table of colours": b"\x2c\0\0\0\0\1\0\1\0\x80\0\0\0,,,\2\2\x44\1\0",
    "bytes of nothing": b"\0\0\7",
    "how often it is played": b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0",
    "a pause without a length": b"\x21\xf9\0\0",
    "a frame that is wiped": b"\x21\xf9\x04\x08\1\0\0\0",
    "a count without a number": b"\x21\xff\x0bNETSCAPE2.0\0\0",
}


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
NO_PICTURE = "This is not a picture that can be shown"
PICTURES = {
    "50 MB": (
        "tram.jpg",
        lambda: picture().read() + bytes(50 * MB),
        "is 50.1 MB; the limit is 10 MB",
    ),
    "30,000 by 30,000": ("tram.png", lambda: png(30_000, 30_000), "too many pixels"),
    "12,000 by 12,000": ("tram.png", lambda: png(12_000, 12_000), "too many pixels"),
    "SVG with a script": ("tram.svg", lambda: SVG, NO_PICTURE),
    "SVG named .png": ("tram.png", lambda: SVG, NO_PICTURE),
    "HTML named .jpg": ("tram.jpg", lambda: b"<html><script>alert(1)</script>", NO_PICTURE),
    "frames of a bomb": ("tram.gif", lambda: gif(10_000, 500), "too many pixels"),
    "frames that grow": ("tram.gif", lambda: gif(1, 901, grows_to=13_000), "too many pixels"),
    "frames without end": ("tram.gif", lambda: gif(1, 20_000), "at most 1,000 frames"),
    "frames without data": ("tram.gif", lambda: gif(1, 4, grows_to=300), "damaged"),
    "truncated": ("tram.jpg", lambda: picture(size=(400, 300)).read()[:900], "damaged"),
    "nothing": ("tram.jpg", lambda: b"", "empty"),
}


def assert_all_came_back(answer, *but):
    page = unescape(answer.content.decode())
    kept = {name: text for name, text in (ESSAY | AHEAD).items() if name not in but}
    assert [name for name, text in kept.items() if text not in page] == []
    assert "checked" in page[page.index('name="comments_open"') :][:80]


@pytest.mark.parametrize("name", PICTURES)
def test_a_bad_picture_is_refused_at_its_field_and_all_else_comes_back(desk, name):
    file, data, said = PICTURES[name]
    answer = desk.type("_schedule", lead_upload=SimpleUploadedFile(file, data()), **AHEAD)
    assert list(errors(answer)) == ["lead_upload"]
    assert said in errors(answer)["lead_upload"][0]
    assert_all_came_back(answer)
    assert not Post.objects.exists() and not Image.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("name", PICTURES)
def test_the_page_of_pictures_refuses_the_same(name):
    file, data, said = PICTURES[name]
    upload = SimpleUploadedFile(file, data())
    words = {"alt": "A tram", "caption": "The 14.", "credit": "Ana"}
    fields = words | {"file": upload, "focal_x": "33", "focal_y": "50"}
    answer = Desk(Role.EDITOR).client.post(reverse("admin:blog_image_add"), fields)
    assert said in errors(answer)["file"][0]
    page = unescape(answer.content.decode())
    assert all(text in page for text in (*words.values(), 'value="33"'))


class Streamed:
    """The body of a request that is made while it is read."""

    def __init__(self, head: bytes, size: int, tail: bytes):
        self.parts = [BytesIO(head), size, BytesIO(tail)]
        self.length = len(head) + size + len(tail)

    def read(self, most=-1):
        assert most > 0, "somebody wants all at once"
        while self.parts:
            first = self.parts[0]
            data = bytes(min(most, first)) if isinstance(first, int) else first.read(most)
            if data:
                if isinstance(first, int):
                    self.parts[0] -= len(data)
                return data
            self.parts.pop(0)
        return b""

    def readline(self, most=-1):
        raise AssertionError("nobody reads a picture by lines")


def test_50_mb_are_refused_without_being_in_memory(desk):
    fields = ESSAY | AHEAD | {"_schedule": "1"}
    part = '--X\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    head = "".join(part.format(name, "") + f"{value}\r\n" for name, value in fields.items())
    head += part.format("lead_upload", '; filename="tram.jpg"')
    body = Streamed(head.encode(), 50 * MB, b"\r\n--X--\r\n")
    kind = {"CONTENT_TYPE": "multipart/form-data; boundary=X", "CONTENT_LENGTH": str(body.length)}
    tracemalloc.start()
    try:
        answer = desk.client.generic("POST", reverse(ADD), **kind, **{"wsgi.input": body})
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "is 50 MB" in errors(answer)["lead_upload"][0]
    assert_all_came_back(answer)
    assert peak < 12 * MB


@pytest.mark.parametrize("name", HIDING)
def test_no_frame_is_overlooked_behind(name):
    sent = gif(1, 4, grows_to=6_000, before=HIDING[name])
    with pytest.raises(ValidationError, match="too many pixels"):
        clean_picture(SimpleUploadedFile("tram.gif", sent))
    kept, _sha256 = clean_picture(SimpleUploadedFile("tram.gif", gif(9, 4, before=HIDING[name])))
    assert Pillow.open(kept).size == (9, 9)


@pytest.mark.parametrize("page", ["blog_post_add", "blog_image_add"])
def test_while_a_picture_is_decoded_others_can_write(desk, settings, monkeypatch, page):
    seen, save = [], Pillow.Image.save

    def saved(picture, *args, **kwargs):
        with settings.WRITE_LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        seen.append(picture.size)
        return save(picture, *args, **kwargs)

    settings.WRITE_LOCK.parent.mkdir(parents=True, exist_ok=True)
    fields = ESSAY | {"lead_upload": picture(), "_publish": "1"}
    if page == "blog_image_add":
        fields = {"file": picture(), "focal_x": "33", "focal_y": "50"}
    monkeypatch.setattr(Pillow.Image, "save", saved)
    answer = Desk(Role.EDITOR).client.post(
        reverse(f"admin:{page}"), {"author": desk.user.pk, "kind": "post"} | fields
    )
    assert answer.status_code == 302
    assert seen == [(40, 30)] and Image.objects.exists()


# Odd, and welcome.


def test_grey_of_16_bits_does_not_turn_white():
    out = BytesIO()
    Pillow.new("I", (40, 30), 64 * 257).convert("I;16").save(out, "PNG")
    kept, _sha256 = clean_picture(SimpleUploadedFile("tram.png", out.getvalue()))
    assert abs(Pillow.open(kept).convert("RGB").getpixel((9, 9))[0] - 64) < 2


@pytest.mark.thorough
@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "LA", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_kept_as_browsers_show_them(desk, mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    whole = Pillow.new("L", (400, 300), 64)
    if mode.startswith("I"):
        whole = Pillow.new("I", (400, 300), 64 * 257)
    out = BytesIO()
    whole.convert("RGB" if mode == "CMYK" else whole.mode).convert(mode).save(out, kind)
    post = desk.typed(lead_upload=SimpleUploadedFile("tram.x", out.getvalue()))
    Image.render(post.lead_image.pk)
    image = Image.objects.get()
    assert image.renditions == "ready"
    dark = 0 if mode == "1" else 64
    for file in (image.file.name, f"r/{image.sha256[:20]}/320.jpg"):
        shown = opened(file)
        assert shown.mode not in ("CMYK", "I", "I;16")
        if mode != "1":
            assert abs(shown.convert("RGB").getpixel((9, 9))[0] - dark) < 4


# Words.

LONG = "x" * 500


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("title", "x" * 300, "at most 255 characters (it has 300)"),
        ("title", LONG, "at most 255 characters (it has 500)"),
        ("tags", f"diary, {LONG}", "is 500 characters long; a tag may have 100"),
        ("deck", LONG, "at most 300 characters (it has 500)"),
        ("slug", LONG, "at most 200 characters (it has 500)"),
    ],
)
def test_what_is_too_long_is_refused_at_its_field_and_all_else_comes_back(desk, field, text, said):
    answer = desk.type("_schedule", **AHEAD, **{field: text})
    assert list(errors(answer)) == [field]
    assert said in errors(answer)[field][0]
    assert_all_came_back(answer, field)
    assert text in answer.content.decode()
    assert not Post.objects.exists() and not Tag.objects.exists()


def test_a_name_of_500_characters_is_refused_at_its_field():
    client, person = Client(), make_user(Role.AUTHOR, bio="Writes.")
    client.force_login(make_user(Role.ADMINISTRATOR))
    page = reverse("admin:blog_user_change", args=[person.pk])
    fields = {"display_name": LONG, "email": "ana@example.org", "username": "ana", "bio": "Rides."}
    answer = client.post(page, fields)
    assert "at most 100 characters (it has 500)" in errors(answer)["display_name"][0]
    assert all(text in answer.content.decode() for text in fields.values())
    assert User.objects.get(pk=person.pk).bio == "Writes."


ADMIN_PAGES = {
    "blog_post": lambda: make_post(),
    "blog_image": lambda: keep(),
    "blog_tag": lambda: Tag.objects.create(name="diary"),
    "blog_oldpath": lambda: make_post().old_paths.create(path="/before/"),
    "blog_user": lambda: make_user(Role.AUTHOR),
    "blog_site": lambda: Site.objects.create(pk=1),
}


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_no_browser_cuts_off_what_is_pasted(client, name):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    row = ADMIN_PAGES[name]()
    pages = [client.get(reverse(f"admin:{name}_change", args=[row.pk]))]
    pages += [client.get(reverse(f"admin:{name}_add"), follow=True)] if name != "blog_site" else []
    for page in pages:
        assert page.status_code == 200
        assert b"<textarea" in page.content or b'type="text"' in page.content
        assert b"maxlength" not in page.content


def public_pages(post) -> list[str]:
    tags = [tag.get_absolute_url() for tag in post.tags.all()]
    feeds = ["/feed/", *(f"{tag}feed/" for tag in tags)]
    for address in feeds:
        ET.fromstring(Client().get(address).content)
    lists = ["/", "/tags/", "/archive/", post.author.get_absolute_url()]
    return [post.path, *tags, *feeds, *lists]


@pytest.mark.parametrize(
    "fields",
    [
        {name: "" for name in ESSAY if name not in ("title", "comments_open")},
        {"title": "x" * 255, "body": LONG, "tags": "x" * 100, "deck": "x" * 300},
        {"title": "???", "body": "*", "excerpt": " ", "tags": ",;,"},
        {"title": "<script>alert(1)</script>", "tags": "<b>, &amp;, \"'", "excerpt": "]]>"},
        {"title": "\u202eback", "body": "|\n|-|\n|", "tags": "🙂"},
    ],
    ids=["only a title", "long words", "only signs", "marks", "odd letters"],
)
def test_no_public_page_breaks(desk, fields):
    post = desk.typed(_said="_anyway", **fields)
    for address in public_pages(post):
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert "<script>alert" not in answer.content.decode()


def test_no_public_page_breaks_at_a_picture_whose_file_is_gone():
    image = keep()
    post = make_post(lead_image=image, body=f"![]({image.file.url})")
    image.file.storage.delete(image.file.name)
    assert all(Client().get(address).status_code == 200 for address in public_pages(post))
    Image.render(image.pk)
    assert Image.objects.get().renditions == "unscalable"
