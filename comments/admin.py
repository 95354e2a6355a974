from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import Http404, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from blog import markup
from blog.admin.base import StrictAdmin
from comments import not_public
from comments.banners import situation
from comments.card import VERB_WORDS, Card
from comments.models import VERBS, Comment, Policy
from comments.outcome_words import done_words, lost_lines
from comments.views import pressing
from comments.views.queue import rows_of


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


def decide(request, verb: str, texts: list[str]) -> None:
    """`texts`: `<public_id>.<version>`, as the list showed them."""
    rows = rows_of(texts)
    if verb not in VERBS or not rows:
        messages.error(request, _("That was not understood. Nothing was changed."))
        return
    outcome = pressing.decide(rows, verb, by=request.user)
    done = "keep" if outcome.kept == len(outcome.done) else verb
    if outcome.done:
        unseen = not_public.approved_unseen(outcome.done)
        messages.success(request, done_words(done, len(outcome.done), len(unseen)))
    for line in lost_lines(outcome.lost):
        messages.warning(request, line["words"])


def verb_action(verb: str):
    @admin.action(description=VERB_WORDS[verb])
    def action(model_admin, request, _queryset):
        """By the rows that stand in the form: the queryset has what others made of them since, and
        not what they moved to another status. None is "0.0"."""
        ids = request.POST.getlist(ACTION_CHECKBOX_NAME)
        decide(request, verb, [request.POST.get(f"row-{pk}", "0.0") for pk in ids])

    action.__name__ = verb
    return action


@admin.register(Comment)
class CommentAdmin(StrictAdmin):
    """The queue as a list. Only its actions and buttons write, and they are the queue's verbs."""

    list_display = (
        "who",
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

    class Media:
        css = {"all": ["comments/admin.css"]}

    def get_queryset(self, request):
        comments = super().get_queryset(request).decidable_by(request.user)
        return comments.prefetch_related("reports")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        user = request.user
        return user.has_perm("comments.decide_comment") or user.has_perm("comments.decide_own")

    def changelist_view(self, request, extra_context=None):
        """`one`: a button of one comment, `<verb>.<public_id>.<version>`."""
        if request.method != "POST" or "one" not in request.POST:
            return super().changelist_view(request, extra_context)
        verb, _dot, row = request.POST["one"].partition(".")
        decide(request, verb, [row])
        return HttpResponseRedirect(request.get_full_path())

    def change_view(self, request, object_id, *args, **kwargs):
        """The page of one comment is its history in the queue."""
        comment = self.get_object(request, object_id)
        if comment is None:
            raise Http404
        return HttpResponseRedirect(reverse("history", args=[comment.public_id]))

    def get_changelist_instance(self, request):
        """What is known of the check is read once for all rows, where one of them needs it."""
        changelist = super().get_changelist_instance(request)
        unchecked = [comment for comment in changelist.result_list if comment.is_unchecked]
        if unchecked:
            known = situation(policy=Policy.current(request.site_edition))
            for comment in unchecked:
                comment.situation = known
        return changelist

    @admin.display(description=_("name"), ordering="author_name")
    def who(self, comment):
        return format_html("<bdi>{}</bdi>", Card(comment, None).name)

    @admin.display(description=_("comment"))
    def text(self, comment):
        context = {"card": Card(comment, None), "parent": ""}
        if comment.parent_id:
            parent = render_to_string("queue/card_parent.html", {"comment": comment})
            context["parent"] = markup.stored(parent)
        return render_to_string("admin/comments/comment/said.html", context)

    @admin.display(description=_("post"))
    def post_link(self, comment):
        return format_html('<a href="{}">{}</a>', comment.post.get_absolute_url(), comment.post)

    @admin.display(description=_("held because"))
    def held(self, comment):
        reasons = "; ".join(words for _code, words in Card(comment, None).reasons)
        waits = comment.status == Comment.Status.PENDING
        return reasons or (_("Every comment waits for a moderator") if waits else "")

    @admin.display(description=_("check"))
    def screening(self, comment):
        return Card(comment, None, getattr(comment, "situation", None)).check_words

    @admin.display(description=_("History"))
    def trail(self, comment):
        return format_html(
            '<a href="{}">{}</a>', reverse("history", args=[comment.public_id]), _("History")
        )
