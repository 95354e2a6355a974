"""Pages of readers and moderators are rendered by Jinja, in the language of the request."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.translation.template import templatize
from jinja2 import UndefinedError
from jinja2.ext import extract_from_ast
from markupsafe import escape

from tests.factories import make_comment, make_post, moderator

pytestmark = pytest.mark.django_db

PAGES = Path(settings.BASE_DIR) / "templates" / "pages"


def render(source: str, **context) -> str:
    return engines["jinja2"].from_string(source).render(context)


def card_of(comment) -> str:
    client = Client()
    client.force_login(moderator())
    page = client.get(f"/moderation/?post={comment.post_id}").content.decode()
    return page[page.index("<article") : page.index("</article>")]


def test_what_a_reader_typed_is_escaped_wherever_it_stands():
    typed = "<script>alert('%(name)s {{ id }}')</script>"
    comment = make_comment(make_post(title=typed), author_name=typed, author_url="")
    assert card_of(comment).count(escape(typed)) > 5
    assert "<script" not in card_of(comment)


def test_a_browser_is_not_shown_for_what_it_calls_itself():
    assert ">Browser<" not in card_of(make_comment(make_post(), user_agent="<mark>x</mark>"))


def test_a_sentence_is_said_in_the_language_of_the_request():
    template = engines["jinja2"].from_string('{{ _("History") }}')
    for language, said in (("de", "Geschichte"), ("en-gb", "History")):
        with translation.override(language):
            assert template.render() == said


def test_what_is_put_into_a_sentence_is_escaped():
    source = '{{ _("<b>by</b> %(name)s")|format(name=name) }}'
    assert render(source, name="A & B") == "<b>by</b> A &amp; B"


def test_the_help_of_a_field_may_be_lazy_html():
    source = '{% from "_field.html" import field %}{{ field(form.new_password1) }}'
    assert "<li>Your password must contain" in render(source, form=SetPasswordForm(moderator()))


def test_a_name_that_no_view_gave_is_an_error():
    with pytest.raises(UndefinedError):
        render("{% if nothing %}{% endif %}")


def test_addresses_are_those_of_django():
    assert render('{{ url("history", 31) }}') == reverse("history", args=[31])
    assert render('{{ url("year", 2026) }}') == reverse("year", args=[2026])
    assert render('{{ url("queue") }}') == reverse("queue")


def test_a_link_to_the_same_page_keeps_the_query_and_changes_one_part():
    def link(query: str, changes: str) -> str:
        template = engines["jinja2"].from_string("{{ querystring(" + changes + ")|e }}")
        request = RequestFactory().get(f"/moderation/?{query}")
        return template.template.render(request=request).replace("&amp;", "&")

    asked = "tab=spam&q=a%26b&reason=links&after=7"
    assert link(asked, "after=none") == "?tab=spam&q=a%26b&reason=links"
    assert link(asked, 'tab="trash", q=none, after=none') == "?tab=trash&reason=links"
    assert link("q=1&q=2", 'sort="newest"') == "?q=1&q=2&sort=newest"


def test_makemessages_finds_each_sentence():
    """It reads them as Django's templates: none may run over the end of a line or be made by
    ngettext or pgettext."""
    for file in PAGES.rglob("*.html"):
        source = file.read_text()
        calls = extract_from_ast(engines["jinja2"].env.parse(source))
        said = {text for _line, _name, text in calls}
        found = re.findall(r"_\((\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\)", templatize(source))
        assert said == {quoted[1:-1].replace('\\"', '"') for quoted in found}, file
        assert not re.search(r"gettext\(", source), file


def test_no_page_says_a_number_of_http():
    """A person reads what happened, not its code."""
    for file in PAGES.rglob("*.html"):
        shown = re.sub(r"{[{%#].*?[}%#]}|<[^>]*>", "", file.read_text(), flags=re.DOTALL)
        assert not re.search(r"\b(40[0-9]|41[03]|422|429|50[0-3])\b", shown), file
