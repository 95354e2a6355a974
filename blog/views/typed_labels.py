"""Labels of form fields, for pages that show typed text without its form."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LABELS = {
    "alt": gettext_lazy("Description"),
    "author": gettext_lazy("Author"),
    "bio": gettext_lazy("About"),
    "body": gettext_lazy("Text"),
    "canonical_url": gettext_lazy("Canonical address"),
    "corrected_at": gettext_lazy("Date of the correction"),
    "deck": gettext_lazy("Deck"),
    "display_name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "expires_at": gettext_lazy("Expires at"),
    "focal_x": gettext_lazy("Focal point: % from the left"),
    "focal_y": gettext_lazy("Focal point: % from the top"),
    "footer": gettext_lazy("Footer"),
    "into": gettext_lazy("This tag stays"),
    "lead_alt": gettext_lazy("Description of the lead picture"),
    "lead_caption": gettext_lazy("Caption of the lead picture"),
    "lead_image": gettext_lazy("Lead picture"),
    "lead_tag": gettext_lazy("Label on cards"),
    "links": gettext_lazy("Your pages on other sites"),
    "meta_description": gettext_lazy("Description for search engines"),
    "published_at": gettext_lazy("Date of publication"),
    "slug": gettext_lazy("Web address"),
    "url": gettext_lazy("Website"),
}
IN_A_ROW = re.compile(r"(?:[a-z_]+-)(\d+)-(?P<name>.+)")
PARTS = {"_0": gettext_lazy("%(label)s: day"), "_1": gettext_lazy("%(label)s: time")}


def label_of(name: str) -> str:
    """Fields of an inline form are numbered; a date and its time are two fields."""
    if row := IN_A_ROW.fullmatch(name):
        return f"{label_of(row['name'])} {int(row[1]) + 1}"
    if name[-2:] in PARTS and name[:-2]:
        return str(PARTS[name[-2:]]) % {"label": label_of(name[:-2])}
    if name in LABELS:
        return str(LABELS[name])
    words = re.sub(r"[\W_]+", " ", name).strip()
    return words[:1].upper() + words[1:] or _("Text")
