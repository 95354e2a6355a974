"""The least that Django can answer, behind the same server: what the bench compares pages with."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path

from config.server.bridge import Bridge

urlpatterns = [path("", lambda _request: HttpResponse("x" * 1000))]


def make_bare() -> Bridge:
    settings.configure(
        ALLOWED_HOSTS=["*"], MIDDLEWARE=[], ROOT_URLCONF=__name__, SECRET_KEY="not used"
    )
    django.setup()
    return Bridge(WSGIHandler())
