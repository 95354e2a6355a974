"""The quick tags print what Django's own print."""

import pytest
from django.template import engines
from django.urls import set_script_prefix
from django.utils import translation

TAGS = [
    "{% translate 'Spam' %}",
    "{% translate '100%% & <b>' %}",
    "{% translate word %}",
    "{% translate 'Spam' as kept %}[{{ kept }}]",
    "{% translate 'Spam'|upper %}",
    "{% blocktranslate %}As it is: 5 % & <b>{% endblocktranslate %}",
    "{% blocktranslate with name=word %}By {{ name }}, and {{ name }}{% endblocktranslate %}",
    "{% blocktranslate %}By {{ word }}{% endblocktranslate %}",
    "{% blocktranslate %}By {{ nobody }}{% endblocktranslate %}",
    "{% blocktranslate trimmed with n=number %}\n  Of {{ n }}\n  there{% endblocktranslate %}",
    "{% blocktranslate count n=number %}One{% plural %}{{ n }} of them{% endblocktranslate %}",
    "{% blocktranslate with name=word asvar kept %}By {{ name }}{% endblocktranslate %}{{ kept }}",
    "{% autoescape off %}{% blocktranslate %}By {{ word }}{% endblocktranslate %}"
    "{% endautoescape %}",
    "{% url 'decide' %}",
    "{% url 'history' number %}",
    "{% url 'history' pk=number %}",
    "{% url 'history' word_of_digits %}",
    "{% url 'post-comments' 2026 11 'élan' 2 %}",
    "{% url name number %}",
    "{% url 'history' number as kept %}{{ kept }}",
    "{% url 'admin:index' %}",
    "{% url 'home' %}",
]
VALUES = [
    {"word": "<b>Ana</b> & 5 %s", "number": 7, "word_of_digits": "8", "name": "history"},
    {"word": "Ébène", "number": 1_234_567, "word_of_digits": "012", "name": "letter"},
    {"word": "", "number": 9_180_250_331_001, "word_of_digits": "1", "name": "history"},
]


def printed(source: str, values: dict, libraries: str):
    template = engines["django"].from_string(f"{{% load {libraries} %}}{source}")
    try:
        return [template.render(values) for _twice in range(2)]
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("language", ["en-gb", "de", "fr"])
@pytest.mark.parametrize("source", TAGS)
def test_they_print_what_django_prints(source, language):
    with translation.override(language):
        for values in VALUES:
            assert printed(source, values, "i18n quick") == printed(source, values, "i18n")


def test_each_language_has_its_own_words():
    template = engines["django"].from_string("{% load i18n quick %}{% translate 'Yes' %}")
    said = {}
    for language in ("en-gb", "de", "fr", "en-gb"):
        with translation.override(language):
            said[language] = template.render()
    assert said == {"en-gb": "Yes", "de": "Ja", "fr": "Oui"}


def test_a_template_follows_the_numbers_that_it_is_given():
    template = engines["django"].from_string("{% load quick %}{% url 'history' n %}")
    assert [template.render({"n": n}) for n in (1, 2)] == [
        "/moderation/1/history/",
        "/moderation/2/history/",
    ]


def test_and_a_prefix():

    template = engines["django"].from_string("{% load quick %}{% url 'history' 1 %}")
    assert template.render() == "/moderation/1/history/"
    set_script_prefix("/blog/")
    try:
        assert template.render() == "/blog/moderation/1/history/"
    finally:
        set_script_prefix("/")
