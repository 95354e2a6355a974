from collections.abc import Callable

from django import template
from django.utils.http import urlencode

from blog import markup
from comments import jinja
from comments.mail_links import named

register = template.Library()


@register.simple_tag(takes_context=True)
def show_queue(context):
    """Its tabs, filters and cards."""
    about = {
        "link": _link(context["request"].GET),
        "may_empty": context["user"].has_perm("comments.decide_comment"),
    }
    return _rendered("queue", context.flatten() | about | _of_cards(context))


@register.simple_tag(takes_context=True)
def show_card(context, card, bare=False):
    """On a page of its own; `bare`: without what can be done with it."""
    given = {name: context.get(name, "") for name in ("csrf_token", "here", "made_at", "queue")}
    about = {"cards": [card], "alone": True, "bare": bare}
    return _rendered("cards", given | _of_cards(context) | about)


@register.simple_tag(takes_context=True)
def show_fresh(context, cards):
    """On a page that is no list of the queue: ready to decide, one by one."""
    given = {name: context.get(name, "") for name in ("csrf_token", "here", "made_at", "queue")}
    return _rendered("cards", given | _of_cards(context) | {"cards": cards, "picks": False})


@register.simple_tag
def show_parent(comment):
    return _rendered("card_parent", {"comment": comment})


@register.simple_tag(takes_context=True)
def show_live(context, newest):
    """`newest`: the address of what is new in the tab; in a queue of no tab none is shown."""
    given = {name: context.get(name, "") for name in ("here", "keeps", "made_at", "tab")}
    about = {"newest": newest, "user": named(context["user"])}
    return _rendered("live", given | about)


def _link(asked) -> Callable[..., str]:
    """As Django's `querystring`, which copies what was asked for each link anew."""
    given = dict(asked.lists())

    def link(**changes) -> str:
        kept = {name: value for name, value in (given | changes).items() if value is not None}
        return f"?{urlencode(kept, doseq=True)}"

    return link


def _of_cards(context):
    return {
        "alone": False,
        "bare": False,
        "picks": True,
        "language": context["site"].language,
        "may_block": context["user"].has_perm("comments.change_policy"),
    }


def _rendered(name, context):
    return markup.stored(jinja.render(f"comments/{name}.html", context))
