"""Reads the metas that WordPress and plugins keep beside an item: deck, lead picture, former
addresses, a description for search engines, subjects. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transfer.wordpress.items import Comment, Item, Meta, Term
from transfer.wordpress.plain import plain_text

DECKS = ("subtitle", "_secondary_title", "dek", "standfirst", "wps_subtitle", "kia_subtitle")
SEARCH_DESCRIPTIONS = (
    *("_yoast_wpseo_metadesc", "rank_math_description", "_aioseo_description"),
    "_genesis_description",
)
CANONICALS = ("_yoast_wpseo_canonical", "rank_math_canonical_url", "_genesis_canonical_uri")
PRIMARY_CATEGORIES = ("_yoast_wpseo_primary_category", "rank_math_primary_category")
# Between editors; WordPress takes them out when it shows a page.
PRIVATE = re.compile(r"_wp_suggestion|_crdt_document")
AKISMET = re.compile(r"akismet_")
# "%%title%% %%sep%% %%sitename%%" and "%title%" say what would be shown anyway.
VARIABLE = re.compile(r"%%?\w+%")


@dataclass(frozen=True)
class Subjects:
    """Names of tags in their order, without repetitions, and the one that is the label."""

    names: tuple[str, ...] = ()
    label: str = ""


def first(metas: Iterable[Meta], *keys: str) -> str:
    """The first value that is not empty, by the order of the keys."""
    values = {meta.key: meta.value.strip() for meta in reversed([*metas])}
    return next((values[key] for key in keys if values.get(key)), "")


def deck(item: Item, more: Sequence[str] = ()) -> str:
    return plain_text(first(item.metas, *more, *DECKS))


def search_description(item: Item) -> str:
    text = first(item.metas, *SEARCH_DESCRIPTIONS)
    return "" if VARIABLE.search(text) else plain_text(text)


def canonical(item: Item) -> str:
    address = first(item.metas, *CANONICALS)
    return address if re.match("https?://", address) else ""


def lead_picture(item: Item) -> int:
    """The number of the attachment, or 0."""
    number = first(item.metas, "_thumbnail_id")
    return int(number) if re.fullmatch(r"\d{1,18}", number) else 0


def alternative_text(attachment: Item) -> str:
    return plain_text(first(attachment.metas, "_wp_attachment_image_alt"))


def former_slugs(item: Item) -> list[str]:
    slugs = [meta.value.strip() for meta in item.metas if meta.key == "_wp_old_slug"]
    return [slug for slug in dict.fromkeys(slugs) if slug and slug != item.slug]


def former_dates(item: Item) -> list[str]:
    dates = [meta.value.strip() for meta in item.metas if meta.key == "_wp_old_date"]
    return [date for date in dict.fromkeys(dates) if re.fullmatch(r"\d{4}-\d\d-\d\d", date)]


def akismet(comment: Comment) -> dict[str, str]:
    return {meta.key: meta.value for meta in comment.metas if AKISMET.match(meta.key)}


def subjects(item: Item, terms: Sequence[Term]) -> Subjects:
    """Categories and tags are tags here. The label is the primary category, or the first."""
    categories = [
        _name(term.name, term.slug)
        for term in item.terms
        if term.taxonomy == "category" and term.slug and term.slug != "uncategorized"
    ]
    tags = [
        _name(term.name, term.slug)
        for term in item.terms
        if term.taxonomy in ("post_tag", "tag") and term.slug
    ]
    names = {name.casefold(): name for name in reversed([*categories, *tags]) if name}
    order = dict.fromkeys(name.casefold() for name in [*categories, *tags] if name)
    primary = first(item.metas, *PRIMARY_CATEGORIES)
    by_number = {str(term.id): _name(term.name, term.slug) for term in terms if term.id}
    label = by_number.get(primary, "") if primary else ""
    label = label if label in categories else next(iter(categories), "")
    return Subjects(tuple(names[key] for key in order), label)


def _name(name: str, slug: str) -> str:
    return plain_text(name) or slug
