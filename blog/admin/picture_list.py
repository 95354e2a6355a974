"""The list of pictures: where each is used, and those that are not."""

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import StrictList
from blog.editing.picture_uses import unused, uses_of
from blog.models import Post

SHOWN = 3


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("used", _("Used")), ("unused", _("Unused"))]

    def queryset(self, request, queryset):
        if self.value() == "unused":
            return unused(queryset)
        if self.value() == "used":
            return queryset.exclude(pk__in=unused(queryset).order_by().values("pk"))
        return queryset


class PictureList(StrictList):
    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        uses = uses_of(self.result_list)
        mine = _editable(request.user, uses)
        for image in self.result_list:
            image.used_in = _sentence(request.user, uses[image.pk], mine)


def _editable(user, uses: dict) -> set[int]:
    """Return the posts whose titles this person may read."""
    pks = {row.pk for rows in uses.values() for row in rows if isinstance(row, Post)}
    posts = Post.objects.editable_by(user).filter(pk__in=pks)
    return set(posts.order_by().values_list("pk", flat=True))


def _sentence(user, rows: list, mine: set[int]) -> str:
    """Return links to the first of the rows, and how many more there are."""
    if not rows:
        return gettext("Unused")
    named = [row for row in rows if not isinstance(row, Post) or row.pk in mine]
    links = format_html_join(", ", "{}", ((_name(user, row),) for row in named[:SHOWN]))
    more = len(rows) - len(named[:SHOWN])
    if not more:
        return links
    if not links:
        return ngettext("%(n)s post of others", "%(n)s posts of others", more) % {"n": more}
    return format_html("{} {}", links, gettext("and %(n)s more") % {"n": more})


def _name(user, row) -> str:
    opts = row._meta
    may_open = isinstance(row, Post) or user.has_perm(f"{opts.app_label}.view_{opts.model_name}")
    return link_to(row) if may_open else f"{opts.verbose_name.capitalize()}: {row}"


def link_to(row) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    kind = row._meta.verbose_name.capitalize()
    try:
        return format_html('{}: <a href="{}">{}</a>', kind, reverse(name, args=[row.pk]), row)
    except NoReverseMatch:
        return f"{kind}: {row}"
