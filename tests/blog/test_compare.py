"""What changed between two texts, and that no text keeps the machine busy."""

import random
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.editing.compare import Change, Piece, collapse, compare, words_changed
from blog.editing.matching import Budget, matching_blocks
from blog.editing.paragraphs import split

VOCABULARY = [f"word{n}" for n in range(8_000)]
ESSAYS = st.lists(
    st.sampled_from(["a", "b", "a b", "b a c d", "a b c d e", "* a\n* b", "  c", "\n\n", " \n"])
).map("\n\n".join)
# A second; three times that on a busy machine.
SOON = 3


def marked(before: str, after: str) -> list[str]:
    """Each paragraph as "kind: [-removed-]{+added+}"."""
    return [
        " ".join((c.kind, *of(c.before, "-"), *of(c.after, "+"))) for c in compare(before, after)
    ]


def of(pieces: tuple[Piece, ...], mark: str) -> list[str]:
    text = "".join(f"[{p.text}]" if p.is_changed else p.text for p in pieces)
    return [mark + text] if pieces else []


def joined(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def kinds(changes: list[Change]) -> list[str]:
    return [change.kind for change in changes]


def prose(seed: int, words: int) -> list[str]:
    """As frequent as words of a language."""
    weights = [1 / (n + 1) for n in range(len(VOCABULARY))]
    return random.Random(seed).choices(VOCABULARY, weights, k=words)


def in_paragraphs(words: list[str], length: int = 100) -> str:
    starts = range(0, len(words), length)
    return "\n\n".join(" ".join(words[n : n + length]) for n in starts)


def with_every(nth: int, words: list[str]) -> list[str]:
    return [f"new{n}" if n % nth == 0 else word for n, word in enumerate(words)]


def timed(before: str, after: str) -> list[Change]:
    start = time.thread_time()
    changes = compare(before, after)
    assert time.thread_time() - start < SOON
    return changes


def test_the_words_that_changed_are_marked_in_their_paragraph():
    before = "The ferry left.\n\nIt left at seven in the rain.\n\nNobody saw it."
    after = "The ferry left.\n\nIt left at eight in the fog.\n\nNobody saw it."
    assert marked(before, after) == [
        "same -The ferry left. +The ferry left.",
        "changed -It left at [seven ]in the [rain.] +It left at [eight ]in the [fog.]",
        "same -Nobody saw it. +Nobody saw it.",
    ]


def test_paragraphs_are_added_and_removed():
    assert marked("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.")[1:2] == ["added +[New.]"]
    assert marked("One.\n\nTwo.\n\nThree.", "One.\n\nThree.")[1:2] == ["removed -[Two.]"]
    assert marked("", "One.") == ["added +[One.]"]
    assert marked("", "") == []


def test_a_changed_paragraph_is_found_though_others_came_before_it():
    before = "The ferry left at seven.\n\nNobody in the house thought this odd."
    after = "A title\n\nThe ferry left at eight.\n\nNobody in this house thought it odd."
    assert kinds(compare(before, after)) == ["added", "changed", "changed"]


def test_a_rewritten_paragraph_is_marked_whole():
    before = "The ferry left at seven in the rain and nobody saw it go."
    after = "We were not there, the captain said, and the harbour froze."
    assert marked(before, after) == [f"changed -[{before}] +[{after}]"]


def test_moved_line_breaks_are_told_from_changed_words():
    assert marked("The ferry\nleft.", "The ferry left.") == [
        "spacing -The ferry\nleft. +The ferry left."
    ]


def test_line_ends_of_a_form_are_no_change():
    assert kinds(compare("One.\n\nTwo\nlines.", "One.\r\n\r\nTwo\r\nlines.")) == ["same", "same"]


@given(ESSAYS, ESSAYS)
@example("  \n\n a", "\n")
def test_the_pieces_joined_are_the_paragraphs(before, after):
    changes = compare(before, after)
    assert [joined(c.before) for c in changes if c.before] == split(before).texts
    assert [joined(c.after) for c in changes if c.after] == split(after).texts
    for change in changes:
        assert (joined(change.before) == joined(change.after)) == (change.kind == "same")


@given(st.text(st.sampled_from("ab \n\r\t")))
def test_a_text_splits_into_paragraphs_and_the_white_space_around_them(text):
    parts = split(text)
    assert len(parts.gaps) == len(parts.texts) + 1
    whole = "".join(gap + text for gap, text in zip(parts.gaps, [*parts.texts, ""], strict=True))
    assert whole == re.sub("\r\n?", "\n", text)
    assert all(part.strip() for part in parts.texts)
    assert not any(gap.strip() for gap in parts.gaps)


LETTERS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


@pytest.mark.parametrize("small", [0, 10**6])
@given(LETTERS, LETTERS)
def test_matching_blocks_match_and_are_in_order(small, a, b):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("blog.editing.matching.SMALL", small)
        blocks = matching_blocks(a, b, Budget())
    assert all(a[x.a : x.a + x.size] == b[x.b : x.b + x.size] for x in blocks)
    for block, following in zip(blocks, blocks[1:], strict=False):
        assert block.a + block.size <= following.a
        assert block.b + block.size <= following.b
    if a == b and a:
        assert [block.size for block in blocks] == [len(a)]


def test_what_stayed_the_same_is_collapsed_but_for_its_neighbours():
    before = "\n\n".join(f"Paragraph {n}" for n in range(30))
    after = before.replace("Paragraph 10", "Paragraph ten").replace("Paragraph 13", "Thirteen")
    shown = collapse(compare(before, after))
    assert kinds(shown) == (
        ["collapsed", "same", "changed", "same", "same", "changed", "same", "collapsed"]
    )
    assert (shown[0].paragraphs, shown[-1].paragraphs) == (9, 15)


def test_nothing_is_collapsed_that_takes_no_more_room_than_the_line_for_it():
    before = "One.\n\nTwo.\n\nThree."
    assert kinds(collapse(compare(before, before + "\n\nFour."))) == ["collapsed", "same", "added"]
    before = "One.\n\nTwo."
    assert kinds(collapse(compare(before, before + "\n\nFour."))) == ["same", "same", "added"]
    assert kinds(collapse(compare(before, before))) == ["collapsed"]


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("", "", 0),
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b", "b a", 0),
        ("a b", "a b c d", 2),
        ("a b c d", "x", 4),
        ("a a", "a", 1),
    ],
)
def test_changed_words_are_counted(before, after, count):
    assert words_changed(before, after) == count


@pytest.mark.parametrize("nth", [2, 3, 10, 1_000])
def test_a_long_text_is_compared_by_word_though_every_paragraph_changed(nth):
    words = prose(1, 36_000)
    changes = timed(in_paragraphs(words), in_paragraphs(with_every(nth, words)))
    letters = sum(len(p.text) for c in changes for p in c.before if p.is_changed)
    assert letters < 1.1 / nth * len(in_paragraphs(words)) + 1_000
    assert len(changes) == 360


def test_a_paragraph_of_36000_words_is_compared_by_word():
    words = prose(1, 36_000)
    [change] = timed(" ".join(words), " ".join(with_every(120, words)))
    assert len([piece for piece in change.after if piece.is_changed]) == 300


def test_two_texts_that_have_little_in_common():
    assert timed(in_paragraphs(prose(1, 36_000)), in_paragraphs(prose(2, 36_000)))
    assert timed(in_paragraphs(prose(1, 36_000), 1), in_paragraphs(prose(2, 36_000), 1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 1_000_000, "b " + "a " * 900_000),
        ("a " * 1_000_000, "b " * 1_000_000),
        ("a\n\n" * 600_000, "b\n\n" + "a\n\n" * 500_000),
        ("a\n\nb\n\n" * 20_000, "c\n\n" + "b\n\na\n\n" * 20_000),
        ("a" * 2_000_000, "a" * 1_999_999),
        ("a" + " " * 2_000_000 + "b", "a" + " \n" * 1_000_000 + "b"),
        (" " * 2_000_000, "\n" * 2_000_000),
        (" ".join(prose(1, 300_000)), " ".join(with_every(9, prose(1, 300_000)))),
        (in_paragraphs(prose(1, 300_000)), in_paragraphs(prose(2, 300_000))),
        # difflib finds one "x" after the other.
        *(
            [
                in_paragraphs([f"{name}{n // 2}" if n % 2 else "x" for n in range(90_000)], size)
                for name in "yz"
            ]
            for size in (80, 100, 500, 90_000)
        ),
    ],
    ids=lambda _text: "",
)
def test_hostile_texts_are_compared_soon(before, after):
    changes = timed(before, after)
    assert " ".join(joined(change.before) for change in changes).split() == before.split()
    assert " ".join(joined(change.after) for change in changes).split() == after.split()


@pytest.mark.numbers
def test_the_words_of_thirty_long_revisions_are_counted_within_a_second():
    before, after = in_paragraphs(prose(1, 36_000)), in_paragraphs(prose(2, 36_000))
    start = time.thread_time()
    for _ in range(30):
        words_changed(before, after)
    assert time.thread_time() - start < 1
