"""A stamp prints what its content would print by itself."""

from types import SimpleNamespace

import pytest
from django.template import TemplateSyntaxError, engines
from django.utils import translation

CONTENT = (
    "<p id='{{ pk }}'>{% if kind == 'old' %}Old{% endif %} {{ name }} {{ name }}"
    "{% url 'history' pk %} {% blocktranslate %}By {{ name }}{% endblocktranslate %}"
    "{% translate 'Yes' %}</p>"
)
STAMP = "{% stamp pk=card.pk name=card.name per kind=kind %}" + CONTENT + "{% endstamp %}"
ITSELF = "{% with pk=card.pk name=card.name %}" + CONTENT + "{% endwith %}"
CARDS = [
    SimpleNamespace(pk=1, name="<b>Ana</b> & 'Bo' \"C\""),
    SimpleNamespace(pk=22, name="Élan 9180250331000 %s {{ pk }}"),
    SimpleNamespace(pk=333, name=None),
]


def printed(source: str, **values) -> str:
    template = engines["django"].from_string("{% load i18n stamp %}" + source)
    return template.render(values)


def each(source: str) -> str:
    kinds = "{% for card in cards %}{% for kind in kinds %}" + source + "{% endfor %}{% endfor %}"
    return printed(kinds, cards=CARDS, kinds=["old", "new", "old"])


@pytest.mark.parametrize("language", ["en-gb", "de"])
def test_it_prints_what_its_content_prints(language):
    with translation.override(language):
        assert each(STAMP) == each(ITSELF)


def test_what_is_html_already_stays_so():
    engine = "{% stamp name=name|linebreaks %}{{ name }}{% endstamp %}"
    assert printed(engine, name="<i>") == "<p>&lt;i&gt;</p>"


def test_a_value_is_never_taken_for_a_mark():
    twice = "{% stamp a=a b=b %}{{ a }}-{{ b }}{% endstamp %}"
    assert printed(twice, a="9180250331001", b="B") == "9180250331001-B"


def test_nothing_else_of_the_page_is_known_inside():
    source = "{% stamp a=a %}{{ a }}{{ other }}{% endstamp %}"
    assert printed(source, a="A", other="secret") == "A"


def test_each_language_is_laid_out_by_itself():
    template = engines["django"].from_string("{% load i18n stamp %}" + STAMP)
    said = []
    for language in ("en-gb", "de", "en-gb"):
        with translation.override(language):
            said.append(template.render({"card": CARDS[0], "kind": "new"}))
    assert "Ja" in said[1] and said[0] == said[2] != said[1]


def test_it_has_to_be_ended():
    with pytest.raises(TemplateSyntaxError):
        printed("{% stamp a=a %}")
