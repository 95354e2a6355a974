"""The cards of the queue are laid out by Jinja, in the language of the request."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation

from comments import jinja
from comments.templatetags import cards
from tests.factories import make_comment, make_post, moderator

pytestmark = pytest.mark.django_db


def card_of(comment) -> str:
    client = Client()
    client.force_login(moderator())
    page = client.get(f"/moderation/?post={comment.post_id}").content.decode()
    return page[page.index("<article") : page.index("</article>")]


def test_what_a_reader_typed_is_escaped_wherever_it_stands():
    typed = "<script>alert('%(name)s {{ id }}')</script>"
    comment = make_comment(make_post(title=typed), author_name=typed, author_url="")
    shown = "&lt;script&gt;alert(&#x27;%(name)s {{ id }}&#x27;)&lt;/script&gt;"
    assert card_of(comment).count(shown) > 5
    assert "<script" not in card_of(comment)


def test_a_browser_is_not_shown_for_what_it_calls_itself():
    assert ">Browser<" not in card_of(make_comment(make_post(), user_agent="<mark>x</mark>"))


def test_a_sentence_is_said_in_the_language_of_the_request():
    for language, said in (("de", "Geschichte"), ("en-gb", "History")):
        with translation.override(language):
            template = jinja._environment(language, "/").from_string('{{ _("History") }}')
            assert template.render() == said


def test_what_is_put_into_a_sentence_is_escaped():
    source = '{{ _("<b>by</b> %(name)s")|format(name=name) }}'
    template = jinja._environment("en-gb", "/").from_string(source)
    assert template.render(name="A & B") == "<b>by</b> A &amp; B"


def test_addresses_are_those_of_django():
    address = jinja._environment("en-gb", "/").filters["address"]
    assert address("history", 31) == reverse("history", args=[31])
    assert address("moderator-reply", 31) == reverse("moderator-reply", args=[31])
    assert address("queue") == reverse("queue")


def test_a_link_of_the_queue_keeps_what_was_asked_and_changes_one_part():
    asked = QueryDict("tab=spam&q=a%26b&reason=links&after=7")
    link = cards._link(asked)
    assert link(after=None) == "?tab=spam&q=a%26b&reason=links"
    assert link(tab="trash", q=None, after=None) == "?tab=trash&reason=links"
    assert cards._link(QueryDict("q=1&q=2"))(sort="newest") == "?q=1&q=2&sort=newest"
