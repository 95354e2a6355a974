from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import EmptyPage, Paginator
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog.middleware import Request
from blog.models import Correction, Post, Tag, User
from blog.models.tag import in_reading_order
from blog.redirects import old_addresses

CLOUD = 45  # WordPress's tag cloud: the most used, in alphabetical order


def page_one(request: Request, view: Callable, **kwargs: object) -> HttpResponse:
    # `/page/1/` is the list itself, if there is one.
    view(request, **kwargs)
    return HttpResponsePermanentRedirect(request.path.removesuffix("page/1/"))


def home(request: Request, number: int = 1) -> HttpResponse:
    if address := old_addresses.of_number(request.GET, timezone.now()):
        return HttpResponsePermanentRedirect(address)
    posts = _stream().order_by("-pinned", "-published_at", "-pk")
    return _list(request, "blog/home.html", posts, number)


def tag(request: Request, slug: str, number: int = 1) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    posts = _stream().filter(tags=tag)
    return _list(request, "blog/tag.html", posts, number, may_be_empty=False, tag=tag)


def author(request: Request, slug: str, number: int = 1) -> HttpResponse:
    person = get_object_or_404(User.objects.select_related("picture"), slug=slug)
    posts = _stream().by(person)
    return _list(request, "blog/author.html", posts, number, may_be_empty=False, person=person)


def month(request: Request, year: int, month: int, number: int = 1) -> HttpResponse:
    first = _first_day(year, month)
    last = _first_day(year + month // 12, month % 12 + 1)
    return _dated(request, number, first, last, year=year)


def year(request: Request, year: int, number: int = 1) -> HttpResponse:
    return _dated(request, number, _first_day(year, 1), _first_day(year + 1, 1), year=year)


def archive(request: Request) -> HttpResponse:
    months = (
        Post.objects.visible(timezone.now())
        .filter(kind=Post.Kind.POST)
        .annotate(month=TruncMonth("published_at", tzinfo=ZoneInfo(settings.TIME_ZONE)))
        .values("month")
        .annotate(posts=Count("pk"))
        .order_by("-month")
    )
    years = dict.fromkeys(row["month"].year for row in months)
    links = [(f"{year:04d}", reverse("year", args=[year])) for year in years]
    return TemplateResponse(request, "blog/archive.html", {"months": months, "links": links})


def tags(request: Request) -> HttpResponse:
    tags = Tag.objects.used(timezone.now())
    cloud = in_reading_order(sorted(tags, key=lambda tag: -tag.posts)[:CLOUD])
    links = [(tag.name, tag.get_absolute_url()) for tag in cloud]
    return TemplateResponse(
        request, "blog/tags.html", {"tags": tags, "cloud": cloud, "links": links}
    )


def corrections(request: Request, number: int = 1) -> HttpResponse:
    found = Correction.objects.visible(timezone.now()).with_posts()
    return _list(request, "blog/corrections.html", found, number)


def _stream():
    return Post.objects.visible(timezone.now()).stream().for_cards()


def _first_day(year: int, month: int) -> datetime:
    # In UTC a part of the years 1 and 9999 lies outside the range of datetime.
    if not 1 < year < 9999:
        raise Http404
    try:
        return datetime(year, month, 1, tzinfo=ZoneInfo(settings.TIME_ZONE))
    except ValueError:
        raise Http404(_("There is no such month.")) from None


def _dated(request: Request, number, first, last, **context) -> HttpResponse:
    posts = _stream().filter(published_at__gte=first, published_at__lt=last)
    is_month = (last - first).days < 40
    name = date_format(first, "F Y" if is_month else "Y")
    context |= {"first_day": first, "is_month": is_month, "name": name}
    return _list(request, "blog/dated.html", posts, number, may_be_empty=False, **context)


def _list(
    request: Request, template: str, posts, number, *, may_be_empty: bool = True, **context
) -> HttpResponse:
    """A list that may not be empty is a 404 then: it would name a tag or a person of whom readers
    have seen nothing."""
    per_page = request.site.posts_per_page
    try:
        page = Paginator(posts, per_page, allow_empty_first_page=may_be_empty).page(number)
    except EmptyPage:
        raise Http404(_("There is no such page.")) from None
    context |= {"page": page, "base": _base(request.path)}
    return TemplateResponse(request, template, context)


def _base(path: str) -> str:
    return path.partition("/page/")[0].rstrip("/") + "/"
