from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import WritingAdmin, ask_for_files_again
from blog.admin.forms import PostForm
from blog.admin.questions import BUTTONS, PUBLISHING
from blog.models import Post, PostAuthor, Revision
from blog.models.user import Role

S = Post.Status
LONG_ALT = 250


class CoAuthors(admin.TabularInline):
    model = PostAuthor
    extra = 0
    raw_id_fields = ("user",)


@admin.register(Post)
class PostAdmin(WritingAdmin):
    form = PostForm
    uploads = ("lead_upload",)
    change_form_template = "admin/post_form.html"
    inlines = [CoAuthors]
    touches_site = False  # Post.save() invalidates its own pages
    list_display = ("__str__", "state", "author", "published_at", "kind")
    list_filter = ("status", "kind", ("author", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("author",)
    search_fields = ("title", "deck", "body")
    ordering = ("-modified_at",)
    date_hierarchy = "published_at"
    autocomplete_fields = ()
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("title", "deck", "body", "tags", "excerpt")}),
        (
            _("Lead picture"),
            {
                "fields": (
                    "lead_upload",
                    "lead_image",
                    "lead_alt",
                    "lead_decorative",
                    "lead_caption",
                )
            },
        ),
        (_("Publication"), {"fields": ("published_at", "author", "lead_tag", "comments_open")}),
        (
            _("More"),
            {
                "fields": (
                    *("kind", "slug", "pinned", "expires_at", "correction", "corrected_at"),
                    *("canonical_url", "meta_description", "language"),
                )
            },
        ),
    )

    # Rights: a post outside the queryset has no page, no history and no form.

    def get_queryset(self, request):
        return super().get_queryset(request).editable_by(request.user)

    def has_delete_permission(self, request, obj=None):
        # "Move to trash" replaces "Delete": it can be undone.
        return False

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        if obj is None or not allowed or self._may_publish(request):
            return allowed
        return obj.status in (S.DRAFT, S.REVIEW)

    def get_readonly_fields(self, request, obj=None):
        edits_all = request.user.has_role(Role.ADMINISTRATOR, Role.EDITOR)
        return () if edits_all else ("author", "kind", "pinned")

    def get_inlines(self, request, obj):
        return self.inlines if request.user.has_perm("blog.add_postauthor") else []

    def _may_publish(self, request) -> bool:
        return request.user.has_perm("blog.publish_post")

    @admin.display(description=_("status"), ordering="status")
    def state(self, post):
        return post.status_words

    # Saving: the pressed button names the verb that sets the status.

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # A post only uses pictures and tags; deleting them from its form would affect other posts.
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        return field

    def get_changeform_initial_data(self, request):
        return {"author": request.user, **super().get_changeform_initial_data(request)}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["buttons"] = self._buttons(request, obj)
        context["status_words"] = obj.status_words if obj else ""
        ask_for_files_again(context["adminform"].form)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _buttons(self, request, post) -> list[tuple[str, str]]:
        status, publishes = post.status if post else S.DRAFT, self._may_publish(request)
        if post and not self.has_change_permission(request, post):
            return []
        if status == S.TRASH:
            return [("_restore", _("Take out of the trash"))]
        if status in (S.PUBLISHED, S.PRIVATE):
            draft = [("_update", _("Update live post")), ("_draft", _("Take down to draft"))]
            trash = [("_trash", _("Move to trash"))]
            private = ("_private", _("Make private"))
            public = ("_publish", _("Publish"))
            return [*draft, private if status == S.PUBLISHED else public, *trash]
        ahead = [("_publish", _("Publish")), ("_schedule", _("Schedule"))] if publishes else []
        review = [] if publishes else [("_review", _("Submit for review"))]
        trash = [("_trash", _("Move to trash"))] if post else []
        return [("_draft", _("Save draft")), *ahead, *review, *trash]

    def save_form(self, request, form, change):
        if form.button in PUBLISHING and not self._may_publish(request):
            raise PermissionDenied
        return super().save_form(request, form, change)

    def save_model(self, request, post, form, change):
        if post.author_id is None:
            post.author = request.user
        form.save_upload()
        getattr(post, BUTTONS[form.button])(timezone.now())
        super().save_model(request, post, form, change)

    def response_post_save_add(self, request, obj):
        # Return to the form, since the editor goes on writing; to the list after "Move to trash".
        if obj.status == S.TRASH:
            return super().response_post_save_add(request, obj)
        return redirect("admin:blog_post_change", obj.pk)

    response_post_save_change = response_post_save_add

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        post = form.instance
        post.choose_lead_tag(form.cleaned_data["tags"])
        live = post.status == S.PUBLISHED
        kind = Revision.Kind.PUBLISH if live else Revision.Kind.SAVE
        Revision.record(post, by=request.user, kind=kind)
        if form.lacks_description:
            message = gettext("Published without a description of the lead picture.")
            self.log_change(request, post, message)
        elif len(post.lead_alt) >= LONG_ALT and not post.lead_caption:
            message = gettext(
                "The description of the lead picture has %(length)d characters: consider a caption."
            )
            messages.info(request, message % {"length": len(post.lead_alt)})
