"""The list of posts: searched by the site's own index, narrowed by a form above it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import StrictList
from blog.admin.tag_fields import TagNameField
from blog.editing.post_batches import TEXTS
from blog.models import Post, User
from blog.models.post import EXPIRED, SCHEDULED, PostQuerySet
from blog.models.post_batch import MOST
from blog.search import posts as search
from blog.search.query import Query, parse

S = Post.Status
LONGEST = 200
STATES = [
    (S.DRAFT, S.DRAFT.label),
    (S.REVIEW, S.REVIEW.label),
    (SCHEDULED, _("Scheduled")),
    (S.PUBLISHED, S.PUBLISHED.label),
    (EXPIRED, _("Expired")),
    (S.PRIVATE, S.PRIVATE.label),
    (S.TRASH, S.TRASH.label),
]
ANY = ("", _("Any"))


class PersonField(forms.ModelChoiceField):
    def to_python(self, value):
        # No column holds a longer number.
        if value and not (str(value).isascii() and str(value).isdigit() and len(value) < 19):
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return super().to_python(value)


class ListForm(forms.Form):
    """The filters above the list. `posts`: those that the person may edit; nothing is offered
    that is not among them."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search"}),
        help_text=_("Words, “a phrase”, -without, tag:name"),
    )
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[ANY, *STATES])
    label = TagNameField(label=_("Label"), required=False)
    author = PersonField(
        label=_("Author"), required=False, queryset=User.objects.none(), empty_label=_("Any")
    )
    month = forms.ChoiceField(label=_("Month"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *Post.Kind.choices])

    def __init__(self, data, *, posts: PostQuerySet):
        super().__init__(data)
        people = Q(posts__in=posts) | Q(posts_with__post__in=posts)
        authors = User.objects.filter(pk__in=User.objects.filter(people).values("pk"))
        self.fields["author"].queryset = authors.order_by("display_name", "pk")
        self.fields["month"].choices = [ANY, *months_of(posts)]

    @property
    def is_filled(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def narrow(self, posts: PostQuerySet, now: datetime) -> PostQuerySet:
        """Apply everything but the search."""
        chosen = self.cleaned_data
        if chosen["status"]:
            posts = posts.in_state(chosen["status"], now)
        if chosen["label"]:
            posts = posts.filter(lead_tag=chosen["label"])
        if chosen["author"]:
            posts = posts.by(chosen["author"])
        if chosen["month"]:
            first, following = within(chosen["month"])
            posts = posts.filter(published_at__gte=first, published_at__lt=following)
        if chosen["kind"]:
            posts = posts.filter(kind=chosen["kind"])
        return posts


def months_of(posts: PostQuerySet) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the months in which posts are dated, the newest first, as choices by year."""
    zone = ZoneInfo(settings.TIME_ZONE)
    dated = posts.filter(published_at__isnull=False).order_by()
    found = dated.annotate(month=TruncMonth("published_at", tzinfo=zone)).values_list("month")
    years: dict[str, list[tuple[str, str]]] = {}
    for (month,) in found.distinct().order_by("-month"):
        if 1 < month.year < 9999:  # datetime knows no month before and after these
            choice = f"{month:%Y-%m}", date_format(month, "F Y")
            years.setdefault(f"{month:%Y}", []).append(choice)
    return list(years.items())


def within(month: str) -> tuple[datetime, datetime]:
    """Return the first moment of a month such as 2026-11, and that of the following one."""
    year, number = map(int, month.split("-"))
    zone = ZoneInfo(settings.TIME_ZONE)
    following = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
    return datetime(year, number, 1, tzinfo=zone), following


class InOrder(Paginator):
    """Pages of rows in the order of their keys."""

    def __init__(self, rows, per_page: int, pks: list[int]):
        super().__init__(pks, per_page)
        self.rows = rows

    def page(self, number) -> Page:
        page = super().page(number)
        page.object_list = self.of(page.object_list)
        return page

    def of(self, pks: list[int]) -> list:
        found = self.rows.in_bulk(pks)
        return [found[pk] for pk in pks if pk in found]


class PostList(StrictList):
    def __init__(self, request, model, *args, **kwargs):
        posts = Post.objects.editable_by(request.user)
        self.form = ListForm(request.GET, posts=posts)
        self.found: search.Found | None = None  # of a search, best first
        super().__init__(request, model, *args, **kwargs)

    def get_filters(self, request):
        if not set(self.get_filters_params()) <= set(self.form.fields):
            raise IncorrectLookupParameters
        return [], False, {}, False, self.form.is_filled

    def get_queryset(self, request, exclude_parameters=None):
        self.get_filters(request)
        posts = self.root_queryset
        if not self.form.is_valid():
            return posts.none()
        posts = self.form.narrow(posts, timezone.now())
        posts = posts.defer(*TEXTS).select_related("author", "lead_tag")
        if typed := self.form.cleaned_data["q"]:
            query = parse(typed)
            posts = search.matching(query, posts) if query != Query() else posts.none()
            self.found = search.best_first(query, posts.order_by("-pk"))
            posts = posts.filter(pk__in=self.found.pks)
        return posts.order_by(*self.get_ordering(request, posts))

    def get_results(self, request):
        super().get_results(request)
        if self.found is None or self.params.get(ORDER_VAR):
            return
        self.paginator = InOrder(self.queryset, self.list_per_page, self.found.pks)
        if self.show_all and self.can_show_all or not self.multi_page:
            self.result_list = self.paginator.of(self.found.pks)
        else:
            self.result_list = self.paginator.page(self.page_num).object_list

    most = MOST

    @property
    def may_choose_all(self) -> bool:
        return self.result_count <= MOST

    @property
    def sentence(self) -> str:
        if self.found and self.found.is_cut:
            message = gettext("More than %(n)s posts found. The list has the newest of them.")
            return message % {"n": f"{search.RANKED:,}"}
        count = self.result_count
        message = ngettext("%(n)s post", "%(n)s posts", count)
        if self.form.is_filled:
            message = ngettext("%(n)s post found", "%(n)s posts found", count)
        return message % {"n": f"{count:,}"}
