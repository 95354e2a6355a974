from django import template
from django.urls import reverse

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
    return markup.stored(jinja.render("comments/card_parent.html", {"comment": comment}))


def _laid_out(context, cards, *, alone=False, bare=False):
    given = {name: context.get(name, "") for name in ("csrf_token", "here", "made_at", "queue")}
    about = {
        "alone": alone,
        "bare": bare,
        "cards": cards,
        "decide": reverse("decide"),
        "language": context["site"].language,
        "many": reverse("many"),
        "may_block": context["user"].has_perm("comments.change_policy"),
    }
    return markup.stored(jinja.render("comments/cards.html", given | about))
