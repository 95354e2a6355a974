"""An honest text is shown as it was meant, however long; no other keeps the machine busy."""

import resource
import subprocess
import sys

import pytest
from django.urls import reverse

from blog.editing.sentences import shown_plain
from blog.models import Post, Role
from blog.text import post_html, time_limit
from blog.text.markup import convert, render
from tests.blog.test_markup_hostile import (
    ABBREVIATIONS,
    FENCES,
    FOOTNOTES,
    MISNESTED,
    NESTED,
    UNITS,
    is_quick,
    letters,
    text_of,
)
from tests.desk import ESSAY, Desk
from tests.factories import make_post
from tests.pages import words

HOSTILE = "Before <i>\n\n" + "[a *b " * 20_000 + "\n\nlast line\nend"
SENTENCE = "Nobody got into the tram, and the sea took its time."
HONEST = {
    "500 footnotes": (
        "\n\n".join(f"{SENTENCE}[^{n}] {SENTENCE}" for n in range(500))
        + "\n\n"
        + "\n\n".join(f"[^{n}]: See the *timetable*, page {n}." for n in range(500)),
        "doc-noteref",
        500,
    ),
    "700 rows": (
        "| a | b | c |\n|---|---|---|\n"
        + "\n".join(f"| row {n} | `x{n}` | *y* |" for n in range(700)),
        "<tr>",
        701,
    ),
    "3,000 items": ("\n".join(f"- item {n} of **many**" for n in range(3_000)), "<li>", 3_000),
}


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(time_limit, "CPU_SECONDS", 1)


def without_most_marks(text: str) -> str:
    """As long as a text may be that gets no process of its own, with as many marks."""
    marks = [mark.start() for mark in time_limit.MARK.finditer(text)]
    end = marks[time_limit.FEW_MARKS] if len(marks) > time_limit.FEW_MARKS else len(text)
    return (text[:end] + "- a\n\n" * time_limit.SHORT)[: time_limit.SHORT]


def seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# Honest texts.


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_text_is_shown_as_it_was_meant(name):
    text, sign, number = HONEST[name]
    rendered = render(text, "p1-")
    assert rendered.html.count(sign) == number and not rendered.is_plain


@pytest.mark.numbers
@pytest.mark.parametrize("name", HONEST)
def test_an_honest_text_takes_less_than_a_second(name):
    def seconds() -> float:
        before = seconds_of_children()
        convert(HONEST[name][0], "p1-")
        return seconds_of_children() - before

    assert min(seconds() for _ in range(3)) < 1


def test_a_text_in_a_process_of_its_own_is_the_same():
    text = "# Élan 🚋\n\n" + "> a & *b* <b>\n\n- [x] c[^1]\n\n" * 60 + "<!-- more -->\n\n[^1]: d"
    assert len(time_limit.MARK.findall(text)) > time_limit.FEW_MARKS
    made = convert(text, "p1-")
    assert made == post_html.convert(text, "p1-") and made.headings and made.excerpt


# Hostile texts.


@pytest.mark.thorough
@pytest.mark.parametrize("unit", UNITS)
def test_a_text_without_a_process_of_its_own_takes_less_than_a_second(unit):
    text = without_most_marks(unit * time_limit.SHORT)
    assert is_quick(post_html.convert, text, "p1-", limit=1)


@pytest.mark.parametrize("text", [NESTED, MISNESTED, FENCES, FOOTNOTES, ABBREVIATIONS])
def test_nor_do_nesting_and_repetition(text):
    assert is_quick(post_html.convert, without_most_marks(text), "p1-", limit=1)


def test_a_text_that_takes_too_long_is_shown_plain_without_losing_a_letter(impatient):
    rendered = render(HOSTILE, "p1-")
    assert rendered.is_plain
    assert letters(text_of(rendered.html)) == letters(HOSTILE)
    assert "<p>last line<br>\nend</p>" in rendered.html


@pytest.mark.thorough
@pytest.mark.parametrize("unit", UNITS)
def test_a_post_of_64_kilobytes_comes_to_an_end(impatient, unit):
    text = (unit * 64_000)[:64_000]
    rendered = render(text, "p1-")
    assert not rendered.is_plain or letters(text_of(rendered.html)) == letters(text)


def test_a_text_that_is_nested_too_deeply_is_shown_plain(monkeypatch):
    def nested(prefix):
        return nested(prefix)

    monkeypatch.setattr(post_html.markdown, "posts", nested)
    rendered = render("*a* <b>", "p1-")
    assert rendered.is_plain and rendered.html == "<p>*a* &lt;b&gt;</p>"


@pytest.mark.parametrize(
    "command",
    [["/none/python"], [sys.executable, "-c", "1/0"], [sys.executable, "-c", "while 1: 1"]],
)
def test_a_process_that_fails_leaves_a_plain_text(monkeypatch, caplog, command):
    monkeypatch.setattr(time_limit, "COMMAND", command)
    monkeypatch.setattr(time_limit, "SECONDS", 1)
    rendered = render(HOSTILE, "p1-")
    assert rendered.is_plain and rendered.html.startswith("<p>Before &lt;i&gt;</p>")
    assert "A text of 120027 characters is shown plain" in caplog.text


def test_a_text_that_takes_too_much_memory_ends_alone(monkeypatch):
    code = "import blog.text.time_limit as t; t.post_html.convert = lambda *a: 'x' * (1 << 34);"
    code += "t.main()"
    monkeypatch.setattr(time_limit, "COMMAND", [sys.executable, "-c", code])
    assert render(HOSTILE, "p1-").is_plain


def test_the_process_has_a_lower_priority():
    code = "import blog.text.time_limit as t, os; t.post_html.convert = lambda *a: None; t.main();"
    code += "print(os.nice(0))"
    command = [sys.executable, "-c", code, "1"]
    done = subprocess.run(
        command, input='["", ""]', capture_output=True, text=True, cwd=time_limit.ROOT, check=True
    )
    here = subprocess.run(
        [sys.executable, "-c", "import os; print(os.nice(0))"], capture_output=True, text=True
    )
    assert int(done.stdout.removeprefix("null")) == min(int(here.stdout) + time_limit.NICENESS, 19)


# The editor is told.


@pytest.mark.django_db
def test_the_editor_is_told_until_it_is_mended_and_nothing_is_lost(impatient):
    desk = Desk()
    post = desk.typed("_publish", body=HOSTILE, _said="_anyway")
    assert post.is_plain and post.body == HOSTILE
    for _n in range(2):
        assert words(desk.page(post)).count(shown_plain()) == 1
    address = reverse("admin:blog_post_preview", args=[post.uuid])
    preview = desk.client.post(address, ESSAY | {"body": HOSTILE})
    assert shown_plain() in words(preview)
    assert desk.type("_update", post, body=ESSAY["body"], _said="_anyway").status_code == 302
    assert not Post.objects.get().is_plain
    assert shown_plain() not in words(desk.page(post))


@pytest.mark.django_db
def test_a_new_text_is_announced_as_plain_in_its_preview(impatient):
    desk = Desk()
    address = reverse("admin:blog_post_preview", args=["12345678-1234-5678-1234-567812345678"])
    assert f"Text: {shown_plain()}" in words(desk.client.post(address, ESSAY | {"body": HOSTILE}))


@pytest.mark.django_db
def test_whoever_may_only_read_the_form_is_told_too(impatient):
    desk = Desk(Role.CONTRIBUTOR)
    post = make_post(author=desk.user, body=HOSTILE)
    assert words(desk.page(post)).count(shown_plain()) == 1
