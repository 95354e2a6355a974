"""Two people change a post at a time: no word of either is lost."""

import time
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.editing.merge import Labels, Merged, MergedFields, merge, merge_fields
from blog.editing.paragraphs import split, with_line_feeds
from tests.blog.test_compare import SOON, in_paragraphs, prose, with_every

LABELS = Labels(changed="[Ana's:]", added="[Ana added:]", deleted="[Ana deleted:]")
MARKS = {"[Ana's:]", "[Ana", "added:]", "deleted:]"}
PARAGRAPHS = ["a", "b", "c", "a b", "b c d", "a b c d e", "b c d e f", "x\ny", "    code", "z  "]
GAPS = ["\n\n", "\n\n", "\n \n", "\n\n\n\n", "\r\n\r\n"]
EDGES = st.sampled_from(["", "", "\n", "\n\n", " \n"])
BODIES = st.lists(st.tuples(st.sampled_from(PARAGRAPHS), st.sampled_from(GAPS)), max_size=7).map(
    lambda parts: "".join(text + gap for text, gap in parts)
)
TEXTS = st.one_of(
    st.tuples(EDGES, BODIES, EDGES).map("".join), st.text(st.sampled_from("ab \n\r\t"), max_size=30)
)


def paragraphs(text: str) -> set[str]:
    return {paragraph.rstrip() for paragraph in split(text).texts}


def merged(base: str, mine: str, theirs: str) -> str:
    """As of texts with a word for each paragraph; "?" for each conflict."""
    result = merge(*("\n\n".join(text.split()) for text in (base, mine, theirs)), LABELS)
    return result.text.replace("\n\n", " ") + "?" * result.conflicts


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "result"),
    [
        # Different paragraphs.
        ("a b c", "A b c", "a b C", "A b C"),
        ("a b c", "A b c", "a B c", "A B c"),
        ("a b", "A b", "a b c", "A b c"),
        ("a b", "a b c", "a B", "a B c"),
        ("a b", "z a b", "A b", "z A b"),
        ("a b c", "a c", "a b C", "a C"),
        ("a b c", "a c", "a b", "a"),
        ("a b c", "x a b c", "a b c y", "x a b c y"),
        # Alike.
        ("a b c", "a B c", "a B C", "a B C"),
        ("a b c", "a c", "a c d", "a c d"),
        ("a", "a b", "a b c", "a b c"),
        # The same paragraph.
        ("a b c", "a X c", "a Y c", "a X [Ana's:] Y c?"),
        ("a b", "X Z", "Y W", "X [Ana's:] Y Z [Ana's:] W??"),
        ("a", "a x", "a y", "a x [Ana added:] y?"),
        ("", "x", "y", "x [Ana added:] y?"),
        ("a", "a x s", "a y s", "a x [Ana added:] y s?"),
        # One deleted what the other changed.
        ("a b c", "a c", "a B c", "a [Ana's:] B c?"),
        ("a b c", "a B c", "a c", "a [Ana deleted:] B c?"),
        ("a b", "", "a B", "[Ana's:] B?"),
        ("a b", "", "b", ""),
    ],
)
def test_texts_are_merged_by_paragraph(base, mine, theirs, result):
    assert merged(base, mine, theirs) == result


def test_white_space_between_paragraphs_is_kept():
    base = "\nOne.\n\n\nTwo.\n \nThree.\n"
    mine = base.replace("One.", "First.").replace("\n", "\r\n")
    theirs = base.replace("Three.", "Three.\n\n\n\nFour.")
    assert merge(base, mine, theirs, LABELS) == Merged(
        "\nFirst.\n\n\nTwo.\n \nThree.\n\n\n\nFour.\n", 0
    )


def test_white_space_is_merged_too():
    base = "One.\n\nTwo.\n\nThree."
    mine, theirs = "One.\n\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\nThird.\n"
    assert merge(base, mine, theirs, LABELS).text == "One.\n\n\nTwo.\n\nThird.\n"


def test_both_versions_stand_as_paragraphs_of_their_own():
    result = merge("One.\n\nTwo.\n", "I.\n\nTwo.\n", "Uno.\n\nTwo.\n", LABELS)
    assert result == Merged("I.\n\n[Ana's:]\n\nUno.\n\nTwo.\n", 1)


@given(TEXTS, TEXTS)
def test_a_side_that_changed_nothing_takes_the_other(base, other):
    expected = Merged(with_line_feeds(other), 0)
    assert merge(base, base, other, LABELS) == expected
    assert merge(base, other, base, LABELS) == expected
    assert merge(base, other, other, LABELS) == expected


@given(TEXTS, TEXTS)
def test_changes_of_the_other_person_elsewhere_leave_a_text_exactly_as_it_is(base, other):
    base, other = (with_line_feeds(text) + "\n\n" for text in (base, other))
    expected = Merged(other + "The end.", 0)
    assert merge(base + "End.", other + "End.", base + "The end.", LABELS) == expected
    assert merge(base + "End.", base + "The end.", other + "End.", LABELS) == expected


@given(TEXTS, TEXTS, TEXTS)
@example("a", "a b", "b")
def test_every_paragraph_that_is_new_or_that_both_kept_is_in_the_result(base, mine, theirs):
    result = merge(base, mine, theirs, LABELS)
    # Of two that are alike, each person may delete another one.
    alike = {
        text for text, count in Counter(t.rstrip() for t in split(base).texts).items() if count > 1
    }
    old, mine, theirs, found = map(paragraphs, (base, mine, theirs, result.text))
    labels = {LABELS.changed, LABELS.added, LABELS.deleted}
    assert (mine | theirs) - old <= found
    assert (mine & theirs) - alike <= found
    assert found - labels <= old | mine | theirs
    assert bool(result.conflicts) == bool(found & labels)


@given(st.text(), st.text(), st.text())
def test_no_word_is_lost_of_any_text(base, mine, theirs):
    old, my_words, their_words = (set(text.split()) for text in (base, mine, theirs))
    found = set(merge(base, mine, theirs, LABELS).text.split())
    assert (my_words | their_words) - old <= found
    assert found <= old | my_words | their_words | MARKS


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("a " * 1_000_000, "b " * 1_000_000, "c " * 1_000_000),
        ("a\n\n" * 600_000, "b\n\n" * 600_000, "c\n\n" * 600_000),
        ("a\n\n" * 40_000, "b\n\n" + "a\n\n" * 39_000, "a\n\n" * 39_000 + "c"),
        (
            in_paragraphs(prose(1, 36_000)),
            in_paragraphs(with_every(3, prose(1, 36_000))),
            in_paragraphs(with_every(7, prose(1, 36_000))),
        ),
    ],
    ids=lambda _text: "",
)
def test_long_and_hostile_texts_are_merged_soon(base, mine, theirs):
    start = time.thread_time()
    merge(base, mine, theirs, LABELS)
    assert time.thread_time() - start < SOON


def test_other_fields_take_the_side_that_changed():
    base = {"title": "T", "deck": "D", "tags": ["a"], "label": 1, "body": "One.\n\nTwo."}
    mine = base | {"title": "My title", "label": 2, "body": "I.\n\nTwo."}
    theirs = base | {"tags": ["a", "b"], "label": 3, "body": "One.\n\nII."}
    assert merge_fields(base, mine, theirs, LABELS) == MergedFields(
        {"title": "My title", "deck": "D", "tags": ["a", "b"], "label": 2, "body": "I.\n\nII."},
        ["label"],
    )


def test_a_body_that_both_changed_is_a_conflict_and_holds_both():
    merged = merge_fields({"body": "a"}, {"body": "b"}, {"body": "c"}, LABELS)
    assert merged == MergedFields({"body": "b\n\n[Ana's:]\n\nc"}, ["body"])


def test_line_ends_of_a_form_are_no_change_of_a_field():
    base, mine = {"excerpt": "a\nb"}, {"excerpt": "a\r\nb"}
    merged = merge_fields(base, mine, {"excerpt": "c"}, LABELS)
    assert merged == MergedFields({"excerpt": "c"}, [])


def test_a_field_that_one_side_lacks_is_unchanged_there():
    merged = merge_fields({"deck": "a"}, {}, {"deck": "b", "note": "n"}, LABELS)
    assert merged == MergedFields({"deck": "b", "note": "n"}, [])
