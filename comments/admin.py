from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from comments.card import VERB_WORDS, Card
from comments.models import Comment
from comments.views.queue import done_words, lost_words


class StatusFilter(admin.SimpleListFilter):
    """The queue's tabs; what waits comes first, so there is no "All"."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return Comment.Status.choices

    def choices(self, changelist):
        for value, words in self.lookup_choices:
            chosen = (self.value() or Comment.Status.PENDING) == value
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": chosen, "query_string": query, "display": words}

    def queryset(self, request, queryset):
        return queryset.filter(status=self.value() or Comment.Status.PENDING)


def verb_action(verb: str):
    @admin.action(description=VERB_WORDS[verb])
    def action(model_admin, request, queryset):
        rows = dict(queryset.values_list("pk", "version"))
        outcome = Comment.decide(rows, verb, by=request.user)
        if outcome.done:
            messages.success(request, done_words(verb, len(outcome.done)))
        for row in outcome.lost:
            messages.warning(request, lost_words(row))

    action.__name__ = verb
    return action


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """The queue as a list. Only its actions write, and they are the queue's verbs."""

    list_display = (
        "author_name",
        "text",
        "post_link",
        "held",
        "screening",
        "submitted_at",
        "trail",
    )
    list_display_links = None
    list_filter = (StatusFilter,)
    list_select_related = ("post", "parent", "user")
    search_fields = ("author_name", "author_email", "body")
    ordering = ("submitted_at",)
    list_per_page = 50
    show_full_result_count = False
    actions = [verb_action(verb) for verb in VERB_WORDS]

    def get_queryset(self, request):
        return super().get_queryset(request).decidable_by(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        user = request.user
        return user.has_perm("comments.decide_comment") or user.has_perm("comments.decide_own")

    def change_view(self, request, object_id, *args, **kwargs):
        """The page of one comment is its history in the queue."""
        if not object_id.isdecimal():
            raise Http404
        return HttpResponseRedirect(reverse("history", args=[object_id]))

    @admin.display(description=_("comment"))
    def text(self, comment):
        return comment.body[:300]

    @admin.display(description=_("post"))
    def post_link(self, comment):
        return format_html('<a href="{}">{}</a>', comment.post.get_absolute_url(), comment.post)

    @admin.display(description=_("held because"))
    def held(self, comment):
        reasons = Card(comment, None).reasons
        every = _("Every comment waits for a moderator")
        return "; ".join(words for _code, words in reasons) or every

    @admin.display(description=_("check"))
    def screening(self, comment):
        return Card(comment, None).check_words

    @admin.display(description=_("History"))
    def trail(self, comment):
        return format_html(
            '<a href="{}">{}</a>', reverse("history", args=[comment.pk]), _("History")
        )
