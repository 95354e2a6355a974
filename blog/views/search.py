from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.middleware import Request
from blog.models import Post
from blog.search import snippets
from blog.search.posts import Found, find
from blog.search.query import Query, parse

LONGEST = 200
A_PAGE, NEWEST = 10, 3


def search(request: Request) -> HttpResponse:
    """A search text with an error comes back in the field."""
    typed = request.GET.get("q", "").strip()
    is_bad = len(typed) > LONGEST or "\0" in typed
    query = Query() if is_bad else parse(typed)
    now = timezone.now()
    found = find(query, now) if query else Found([])
    page = _page(found, request.GET.get("page", "1"))
    visible = Post.objects.visible(now)
    context = {
        "typed": typed.replace("\0", ""),
        "longest": LONGEST,
        "is_bad": is_bad,
        "query": query,
        "found": found,
        "page": page,
        "results": _results(visible, page, query),
        "newest": () if found.pks else visible.stream().for_cards()[:NEWEST],
    }
    return TemplateResponse(request, "blog/search.html", context, status=400 if is_bad else 200)


def _page(found: Found, number: str) -> Page:
    try:
        return Paginator(found.pks, A_PAGE).page(number)
    except InvalidPage:
        raise Http404(_("There is no such page.")) from None


def _results(visible, page: Page, query: Query) -> list[tuple]:
    """Return each post with its title and a piece of its text, in pieces to mark."""
    shown = visible.filter(pk__in=page.object_list).defer("body", "body_html").with_authors()
    posts = {post.pk: post for post in shown}
    return [
        (post, snippets.whole(post.title, query), snippets.snippet(post.body_text, query))
        for post in (posts[pk] for pk in page.object_list if pk in posts)
    ]
