"""The model page in the system's dark scheme, in forced colours and on paper."""

import re

import pytest

from tests.e2e.conftest import run_axe, with_script
from tests.model_essay import HEADINGS, TITLE


@pytest.fixture(scope="module")
def essay(site):
    return site.python(
        "from tests.model_page import publish_cards, publish_essay;"
        "publish_cards(); print(publish_essay().path)"
    )


def channels(colour: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", colour)[:3]]


def colours(page, of: str) -> tuple[int, int]:
    """How light its paper and its ink are, 0 to 765."""
    style = page.locator(of).first.evaluate(
        "element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]"
    )
    return tuple(sum(channels(colour)) for colour in style)


def test_dark_and_print(view, site, essay):
    page = view.reader()
    page.emulate_media(color_scheme="light")
    page.goto(essay)
    paper, ink = colours(page, "body")
    assert paper > 700 and ink < 120
    page.emulate_media(color_scheme="dark")
    view.shot(page, "dark")
    paper, ink = colours(page, "body")
    assert paper < 120 and ink > 600
    for of in ("article.post h1", "article.post .prose p", ".pullquote", "textarea"):
        assert colours(page, of)[1] > 400, of
    assert page.locator("meta[name=color-scheme]").get_attribute("content") == "light dark"


@with_script
@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_neither_scheme_has_a_barrier(view, essay, scheme):
    page = view.reader()
    page.emulate_media(color_scheme=scheme)
    page.goto(essay)
    found = run_axe(page)
    assert found.violations_count == 0, found.generate_report()


LEFT_OUT = [
    *(".masthead nav", ".foot nav", ".skip", ".share", ".neighbours", ".latest"),
    *(".comment-form", "#reply-title"),
]


def test_paper_gets_the_article_and_no_furniture(view, site, essay):
    page = view.reader()
    page.goto(essay)
    assert [of for of in LEFT_OUT if page.locator(of).count() == 0] == []
    page.emulate_media(media="print", color_scheme="light")
    view.shot(page, "print")
    assert [of for of in LEFT_OUT if page.locator(of).first.is_visible()] == []
    assert page.get_by_role("heading", level=1).inner_text() == TITLE
    for heading in HEADINGS:
        assert page.get_by_role("heading", name=heading).is_visible()
    assert page.locator("article.post > figure img").is_visible()
    page.emulate_media(media="screen")
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert len(pages) >= 1


@with_script
def test_the_dark_scheme_too_is_black_on_white_on_paper(view, essay):
    page = view.reader()
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(essay)
    assert colours(page, "body")[0] == 765
    for of in ("article.post h1", "article.post .prose p", ".byline .authors"):
        assert colours(page, of)[1] < 200, of


@with_script
def test_forced_colours_keep_everything_in_sight(view, essay):
    """Where the system chooses the colours, nothing is told by a background alone."""
    page = view.reader()
    page.emulate_media(forced_colors="active")
    page.goto(essay)
    view.shot(page, "forced")
    field = page.get_by_role("textbox", name="Comment (required)")
    for shown in (page.get_by_role("button", name="Post Comment"), field):
        widths = shown.evaluate("element => getComputedStyle(element).borderTopWidth")
        assert widths != "0px"
    lines = page.locator("article.post .prose").evaluate(
        "element => getComputedStyle(element.querySelector('.pullquote')).borderTopStyle"
    )
    assert lines == "solid"


@with_script
def test_nothing_moves_that_a_reader_asked_to_be_still(view, essay):
    """There is no motion at all, so that nobody has to ask."""
    page = view.reader()
    page.goto(essay)
    moving = page.locator("body").evaluate(
        "body => [...body.querySelectorAll('*')].filter(element => {"
        "  const style = getComputedStyle(element);"
        "  return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;"
        "}).length"
    )
    assert moving == 0
