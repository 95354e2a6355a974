"""The site's settings, and each template of a public page leaves its name in what it prints: so a
test from outside knows which of them it has seen."""

from django.template.loaders.filesystem import Loader as FromFolders

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, TEMPLATES

EXTENDS = ('{% extends "base.html" %}', '{% extends "bare.html" %}')
CONTENT = "{% block content %}"
MARK = "<!-- printed by {} -->"


class Loader(FromFolders):
    def get_contents(self, origin) -> str:
        text = super().get_contents(origin)
        if not text.startswith(EXTENDS):
            return text
        return text.replace(CONTENT, CONTENT + MARK.format(origin.template_name), 1)


def public_templates() -> set[str]:
    folder = BASE_DIR / "templates"
    return {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*.html")
        if file.read_text().startswith(EXTENDS)
    }


LOADERS = ["tests.e2e.named_templates.Loader", "django.template.loaders.app_directories.Loader"]
(ENGINE,) = TEMPLATES
OPTIONS = ENGINE["OPTIONS"] | {"loaders": [("django.template.loaders.cached.Loader", LOADERS)]}
TEMPLATES = [ENGINE | {"APP_DIRS": False, "OPTIONS": OPTIONS}]
