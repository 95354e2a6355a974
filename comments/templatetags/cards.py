from django import template
from django.utils.timezone import get_current_timezone_name

from blog import markup
from comments import jinja

register = template.Library()


@register.simple_tag(takes_context=True)
def show_cards(context, cards):
    return _laid_out(context, cards)


@register.simple_tag(takes_context=True)
def show_card(context, card, bare=False):
    """On a page of its own; `bare`: without what can be done with it."""
    return _laid_out(context, [card], alone=True, bare=bare)


@register.simple_tag
def show_parent(comment):
    return _rendered("card_parent", {"comment": comment})


@register.simple_tag(takes_context=True)
def show_live(context, newest):
    """`newest`: the address of what is new in the tab; in a queue of no tab none is shown."""
    given = {name: context.get(name, "") for name in ("here", "keeps", "made_at", "tab", "tabs")}
    about = {"newest": newest, "user": context["user"].pk, "zone": get_current_timezone_name()}
    return _rendered("live", given | about)


@register.simple_tag
def show_keys():
    return _rendered("keys", {})


def _laid_out(context, cards, *, alone=False, bare=False):
    given = {name: context.get(name, "") for name in ("csrf_token", "here", "made_at", "queue")}
    about = {
        "alone": alone,
        "bare": bare,
        "cards": cards,
        "language": context["site"].language,
        "may_block": context["user"].has_perm("comments.change_policy"),
    }
    return _rendered("cards", given | about)


def _rendered(name, context):
    return markup.stored(jinja.render(f"comments/{name}.html", context))
