"""/favicon.ico: the logo of the site, else Broadside's own icon."""

import io

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpResponse
from PIL import Image as Pillow

from blog.cache import versions
from blog.images import renditions
from blog.middleware import Request
from blog.models import Image

OWN = settings.BASE_DIR / "blog" / "static" / "blog" / "favicon.ico"
SIDE = 48
SIZES = [(16, 16), (32, 32), (SIDE, SIDE)]
HOUR = 3600


def favicon(request: Request) -> HttpResponse:
    logo = request.site.logo
    icon = versions.cached("icon", request.site_edition, lambda: _of(logo))
    headers = {"Cache-Control": f"public, max-age={HOUR}"}
    return HttpResponse(icon, content_type="image/x-icon", headers=headers)


def _of(logo: Image | None) -> bytes:
    if logo is None or logo.renditions != logo.Renditions.READY:
        return OWN.read_bytes()
    smallest = renditions.name(logo, renditions.widths(logo)[0], "webp")
    try:
        with default_storage.open(smallest) as file:
            picture = Pillow.open(file).convert("RGBA")
    except OSError:  # the file is not there, or is no picture
        return OWN.read_bytes()
    picture.thumbnail((SIDE, SIDE))
    square = Pillow.new("RGBA", (SIDE, SIDE))
    square.paste(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    out = io.BytesIO()
    square.save(out, "ICO", sizes=SIZES)
    return out.getvalue()
