"""Blocking an author or a network: first what it would do, then one more line in the Policy."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comments import block, origin
from comments.address import normal
from comments.card import Card
from comments.models import Policy
from comments.moderator_forms import BlockNetworkForm
from comments.views import one
from comments.views.queue import moderators

METHODS = ["GET", "HEAD", "POST"]
may_change_policy = permission_required("comments.change_policy", raise_exception=True)


@moderators
@may_change_policy
@require_http_methods(METHODS)
def author(request, public_id):
    comment, policy = one.comment_or_404(request, public_id), Policy.stored()
    email = normal(comment.author_email)
    obstacle = block.author_obstacle(comment, policy, request.user)
    about = {"kind": "author", "line": email}
    if request.method == "POST" and not obstacle:
        return _add(request, comment, about, "addresses", email)
    if not obstacle:
        about["hit"] = block.author_hit(comment)
    return _page(request, comment, policy, obstacle, about)


@moderators
@may_change_policy
@require_http_methods(METHODS)
def network(request, public_id):
    comment, policy = one.comment_or_404(request, public_id), Policy.stored()
    near = origin.near(request.META)
    obstacle, about = block.network_obstacle(comment, policy, near), {"kind": "network"}
    if obstacle:
        return _page(request, comment, policy, obstacle, about)
    offers = block.offered(comment, near)
    choices = [(line, block.line_words(line)) for line in offers]
    form = BlockNetworkForm(request.POST or None, lines=choices)
    if request.method == "POST" and form.is_valid():
        return _add(request, comment, about, "networks", form.cleaned_data["line"])
    hits = block.network_hits(comment, offers)
    about |= {"form": form, "hits": list(hits.items())}
    return _page(request, comment, policy, "", about)


def _add(request, comment, about: dict, name: str, line: str):
    try:
        Policy.add_line(name, line, by=request.user)
    except ValidationError as problem:
        return _page(request, comment, Policy.stored(), " ".join(problem.messages), about)
    words = _("Blocked: %(line)s. Comments from there go to Spam from now on.") % {"line": line}
    return one.done(request, words, comment)


def _page(request, comment, policy, obstacle: str, about: dict):
    """A POST that comes to nothing says why, with 409, or 422 where nothing was chosen."""
    status = 200 if request.method != "POST" else 409 if obstacle else 422
    context = {
        "card": Card(comment, policy),
        "obstacle": obstacle,
        "back": one.back(request),
        **about,
    }
    return TemplateResponse(request, "comments/block.html", context, status=status)
