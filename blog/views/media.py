from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join

# Python 3.11 does not know WebP, and a bare machine has no list of types.
KINDS = {kind: f"image/{kind}" for kind in ("jpeg", "png", "webp", "gif", "avif")}
KINDS["jpg"] = KINDS["jpeg"]


def media(request: HttpRequest, name: str) -> FileResponse:
    # The content of an uploaded file never changes, so it may be cached for ever.
    try:
        safe_join(settings.MEDIA_ROOT, name)
        file = default_storage.open(name)
    except (SuspiciousFileOperation, OSError, ValueError):
        raise Http404 from None
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise Http404
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return FileResponse(file, content_type=kind, headers=headers)
