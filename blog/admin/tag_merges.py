"""The list of merges, and the page that undoes one."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import StrictAdmin
from blog.models import Post, Tag, TagMerge
from blog.models.tag_merge import Undone
from blog.transactions import writing

# More are counted, not named.
MOST_NAMED = 50


@admin.register(TagMerge)
class TagMergeAdmin(StrictAdmin):
    list_display = ("name", "into_name", "by", "when", "number", "state")
    list_display_links = None
    list_select_related = ("by",)
    search_fields = ("name", "into_name")
    fields = readonly_fields = ("name", "into_name", "by", "when", "number", "state")
    actions = None

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("blog.change_tag") and request.user.has_perm("blog.delete_tag")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission

    @admin.display(description=_("date"), ordering="at")
    def when(self, merge):
        return date_format(localtime(merge.at), "j M Y, H:i")

    @admin.display(description=_("posts"))
    def number(self, merge):
        return len(merge.tags_before)

    @admin.display(description=_("undo"))
    def state(self, merge):
        if merge.undone_at:
            when = date_format(localtime(merge.undone_at), "j M Y, H:i")
            return gettext("Undone on %(when)s") % {"when": when}
        address = reverse("admin:blog_tagmerge_undo", args=[merge.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Undo…"))

    def get_urls(self):
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", view, name="blog_tagmerge_undo"), *super().get_urls()]

    def undo_view(self, request, pk: int):
        if not self.has_view_permission(request):
            raise PermissionDenied
        merge = get_object_or_404(TagMerge.objects.select_related("by"), pk=pk)
        if request.method == "POST":
            try:
                undone = self._undo(request, merge)
            except ValidationError as error:
                messages.error(request, error.message)
                return redirect(request.path)
            tell(request, undone)
            return redirect("admin:blog_tagmerge_changelist")
        context = self.admin_site.each_context(request) | {
            "title": gettext("Undo a merge of tags"),
            "opts": self.opts,
            "merge": merge,
            "when": self.when(merge),
            "obstacle": merge.obstacle(),
            "posts": _named(merge.posts),
            "more": max(0, len(merge.posts) - MOST_NAMED),
        }
        return TemplateResponse(request, "admin/undo_merge.html", context)

    def _undo(self, request, merge: TagMerge) -> Undone:
        with writing():
            undone = merge.undo(by=request.user)
            into = Tag.objects.get(pk=merge.into_id)
            sentence = gettext("The merge of “%(tag)s” into it was undone.")
            self.log_change(request, into, sentence % {"tag": merge.name})
        return undone


def tell(request, undone: Undone) -> None:
    count = len(undone.as_before) + len(undone.beside_changes)
    message = ngettext(
        "“%(tag)s” is a tag of its own again, with %(n)d post and its web address.",
        "“%(tag)s” is a tag of its own again, with %(n)d posts and its web address.",
        count,
    )
    messages.success(request, message % {"tag": undone.tag, "n": count})
    if undone.beside_changes:
        said = gettext("Their tags were changed since, and this tag was put beside the changes:")
        messages.info(request, _listed(said, undone.beside_changes))
    if undone.left_alone:
        said = gettext("They do not have the other tag any more, and were left alone:")
        messages.warning(request, _listed(said, undone.left_alone))


def _listed(sentence: str, pks: list[int]):
    links = format_html_join(", ", '<a href="{}">{}</a>', _named(pks))
    rest = len(pks) - len(Post.objects.filter(pk__in=pks)[:MOST_NAMED])
    more = ngettext("%(n)d more or deleted", "%(n)d more or deleted", rest) % {"n": rest}
    return format_html("{} {} {}", sentence, links, f"({more})" if rest else "")


def _named(pks: list[int]) -> list[tuple[str, str]]:
    """Return the address in the admin and the name of posts."""
    posts = Post.objects.filter(pk__in=pks).only("title").order_by("pk")[:MOST_NAMED]
    return [(reverse("admin:blog_post_change", args=[post.pk]), str(post)) for post in posts]
