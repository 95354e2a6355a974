from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
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

TITLES = 100  # on a page of the archive
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


@dataclass(frozen=True)
class Month:
    """A month of the archive: how many posts it has, and those that stand on this page."""

    first_day: datetime
    count: int
    posts: list[Post]

    @property
    def anchor(self) -> str:
        return _anchor(self.first_day)


def archive(request: Request, number: int = 1) -> HttpResponse:
    stream = Post.objects.visible(timezone.now()).stream()
    titles = stream.only("title", "path", "published_at", "language")
    counts = _months(stream)
    paginator = Paginator(titles, TITLES)
    paginator.count = sum(counts.values())  # every row was read for it once
    try:
        page = paginator.page(number)
    except EmptyPage:
        raise Http404(_("There is no such page.")) from None
    years = list(dict.fromkeys(month.year for month in counts))
    context = {
        "page": page,
        "base": _base(request.path),
        "months": [
            Month(month, counts.get(month, 0), list(posts))
            for month, posts in groupby(page, _month_of)
        ],
        "years": [(f"{year:04d}", _place_in_archive(year, counts)) for year in years],
        "links": [(f"{year:04d}", reverse("year", args=[year])) for year in years],
    }
    return TemplateResponse(request, "blog/archive.html", context)


def _months(stream) -> dict[datetime, int]:
    month = TruncMonth("published_at", tzinfo=ZoneInfo(settings.TIME_ZONE))
    rows = stream.annotate(month=month).values_list("month").annotate(Count("pk"))
    return dict(rows.order_by("-month"))


def _month_of(post: Post) -> datetime:
    local = timezone.localtime(post.published_at, ZoneInfo(settings.TIME_ZONE))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _place_in_archive(year: int, counts: dict[datetime, int]) -> str:
    """Return the address of the newest month of this year in the list of titles."""
    newer = sum(count for month, count in counts.items() if month.year > year)
    number = newer // TITLES + 1
    address = reverse("archive-page", args=[number]) if number > 1 else reverse("archive")
    newest = max(month for month in counts if month.year == year)
    return f"{address}#{_anchor(newest)}"


def _anchor(month: datetime) -> str:
    return f"{month.year:04d}-{month.month:02d}"


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
