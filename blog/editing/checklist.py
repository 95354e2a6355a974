"""The checklist before publishing: what a person may want to see to first. No query, no request.

Findings never stop anybody. The order is that of the form, and in the body that of the text.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from blog.editing import loose_ends, marks, pictures_and_links
from blog.editing.draft import MOST_OF_A_CODE, Draft, Finding
from blog.editing.passages import passages
from blog.text.plain_text import is_hard_wrapped

__all__ = ["Draft", "Finding", "findings"]

ENOUGH = 100_000  # letters, to know whether lines are broken by hand


def findings(draft: Draft) -> list[Finding]:
    draft = replace(draft, body=draft.body.replace("\r\n", "\n").replace("\r", "\n"))
    found = [*_in_title(draft), *_in_body(draft), *_in_other_fields(draft)]
    counts: Counter[str] = Counter()
    kept = []
    for finding in dict.fromkeys(found):
        counts[finding.code] += 1
        if counts[finding.code] <= MOST_OF_A_CODE:
            kept.append(finding)
    return kept


def _in_title(draft: Draft) -> Iterator[Finding]:
    for name in ("title", "deck"):
        if loose_ends.has_to_come(getattr(draft, name)):
            yield Finding("to-come", loose_ends.to_come_sentence(), name)


def _in_body(draft: Draft) -> list[Finding]:
    wrapped = is_hard_wrapped(draft.body[:ENOUGH])
    parts = passages(draft.body)
    found = [
        *pictures_and_links.findings(draft, parts),
        *loose_ends.findings(draft, parts, wrapped),
        *marks.findings(draft, parts),
    ]
    found.sort(key=lambda finding: finding.position)
    if wrapped:
        found.insert(0, Finding("hard-wrapped", _("The lines are broken by hand."), "body"))
    return found


def _in_other_fields(draft: Draft) -> Iterator[Finding]:
    if not draft.is_page and not any(tag.strip() for tag in draft.tags):
        yield Finding("no-label", _("There is no tag, and so no label on cards."), "tags")
    if loose_ends.has_to_come(draft.excerpt):
        yield Finding("to-come", loose_ends.to_come_sentence(), "excerpt")
    if not draft.is_page and not draft.excerpt.strip() and "<!--more" not in draft.body:
        message = _("There is no excerpt: cards show the beginning of the text.")
        yield Finding("no-excerpt", message, "excerpt")
    if draft.has_lead_picture and not draft.lead_is_decorative:
        yield from _of_lead_picture(draft)


def _of_lead_picture(draft: Draft) -> Iterator[Finding]:
    if not draft.lead_alt.strip():
        message = _("The lead picture has no description, and is not marked as decorative.")
        yield Finding("no-description", message, "lead_alt")
    elif problem := pictures_and_links.about_description(draft.lead_alt):
        yield Finding("poor-description", problem, "lead_alt")
    if loose_ends.has_to_come(draft.lead_alt):
        yield Finding("to-come", loose_ends.to_come_sentence(), "lead_alt")
