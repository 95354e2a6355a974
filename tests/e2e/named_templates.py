"""The site's settings, and each template of a public page leaves its name in what it prints: so a
test from outside knows which of them it has seen."""

from jinja2 import FileSystemLoader

from config.settings import *  # noqa: F403
from config.settings import TEMPLATES

EXTENDS = ('{% extends "base.html" %}', '{% extends "bare.html" %}')
CONTENT = "{% block content %}"
MARK = "<!-- printed by {} -->"


class Loader(FileSystemLoader):
    def get_source(self, environment, template):
        text, *rest = super().get_source(environment, template)
        if text.startswith(EXTENDS):
            text = text.replace(CONTENT, CONTENT + MARK.format(template), 1)
        return text, *rest


PAGES, DJANGO = TEMPLATES
(FOLDER,) = PAGES["DIRS"]


def public_templates() -> set[str]:
    return {
        file.relative_to(FOLDER).as_posix()
        for file in FOLDER.rglob("*.html")
        if file.read_text().startswith(EXTENDS)
    }


TEMPLATES = [PAGES | {"OPTIONS": PAGES["OPTIONS"] | {"loader": Loader(FOLDER)}}, DJANGO]
