"""The metas that plugins keep beside an item."""

import pytest

from tests.transfer.exports import export, item
from transfer.wordpress import metas
from transfer.wordpress.items import Comment, Meta, Term, read_items


def item_with(*pairs, terms=""):
    written = "".join(
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
        for key, value in pairs
    )
    (read,) = read_items(export(item(more=terms + written)))
    return read


def test_the_deck_is_the_first_of_the_known_metas_that_is_not_empty():
    read = item_with(("standfirst", "S"), ("subtitle", " "), ("dek", "A &amp; <em>B</em>"))
    assert metas.deck(read) == "A & B"
    assert metas.deck(read, ["standfirst"]) == "S"
    assert metas.deck(item_with()) == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [("Siren &amp; soup", "Siren & soup"), ("%%title%% %%sep%% %%sitename%%", ""), ("%title%", "")],
)
def test_a_description_for_search_engines_has_no_variables(value, shown):
    assert metas.search_description(item_with(("_yoast_wpseo_metadesc", value))) == shown
    assert metas.search_description(item_with(("rank_math_description", value))) == shown


def test_a_canonical_address_is_a_web_address():
    assert metas.canonical(item_with(("_yoast_wpseo_canonical", "https://a.example/"))) != ""
    assert metas.canonical(item_with(("_yoast_wpseo_canonical", "javascript:x"))) == ""


def test_pictures_by_number_and_description():
    assert metas.lead_picture(item_with(("_thumbnail_id", "12"))) == 12
    assert metas.lead_picture(item_with(("_thumbnail_id", "x"))) == 0
    read = item_with(("_wp_attachment_image_alt", "A plate: &quot;LEAVE&quot;, 5 < 6"))
    assert metas.alternative_text(read) == 'A plate: "LEAVE", 5 < 6'


def test_former_slugs_and_dates():
    read = item_with(
        *(("_wp_old_slug", slug) for slug in ("a", "b", "a", "")),
        *(("_wp_old_date", date) for date in ("2011-05-01", "soon")),
    )
    assert metas.former_slugs(read) == ["a", "b"]
    assert metas.former_dates(read) == ["2011-05-01"]


def category(slug, name, domain="category"):
    return f'<category domain="{domain}" nicename="{slug}"><![CDATA[{name}]]></category>'


def test_categories_and_tags_are_tags_and_a_category_is_the_label():
    terms = (
        "<category><![CDATA[Old form]]></category>" + category("uncategorized", "Uncategorized")
        + category("sea", "Sea &amp; salt") + category("quay", "Quay")
        + category("quay", "quay", "post_tag") + category("soup", "Soup", "tag")
        + category("aside", "Aside", "post_format")
    )  # fmt: skip
    known = [Term(4, "category", "quay", "", "Quay", "")]
    read = item_with(terms=terms)
    assert metas.subjects(read, known) == metas.Subjects(
        ("Sea & salt", "Quay", "Soup"), "Sea & salt"
    )
    read = item_with(("_yoast_wpseo_primary_category", "4"), terms=terms)
    assert metas.subjects(read, known).label == "Quay"
    assert metas.subjects(item_with(), known) == metas.Subjects()


def test_what_akismet_noted_is_kept():
    comment = Comment(
        *([0] + [""] * 9 + [0, 0]), metas=(Meta("akismet_result", "true"), Meta("x", "y"))
    )
    assert metas.akismet(comment) == {"akismet_result": "true"}


def test_what_is_between_editors_is_known():
    assert all(map(metas.PRIVATE.match, ("_wp_suggestion_status", "_crdt_document")))
    assert not metas.PRIVATE.match("_wp_old_slug")
