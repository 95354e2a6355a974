"""The posts in the admin. blog/editing/publishing.py says what the form's buttons do."""

from functools import partial, update_wrapper

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import DateTimeField
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.admin import (
    many_posts,
    post_autosave,
    post_page,
    post_preview,
    post_revisions,
    post_saving,
    post_tags,
    post_unsaved,
)
from blog.admin.base import StrictAdmin
from blog.admin.forms import PostForm
from blog.admin.moments import MomentField, MomentWidget
from blog.admin.post_list import PostList
from blog.editing.post_batches import acts_of
from blog.editing.publishing import may_edit
from blog.models import Post
from blog.search import posts as search
from blog.search.query import Query, parse

S = Post.Status


@admin.register(Post)
class PostAdmin(StrictAdmin):
    form = PostForm
    list_display = ("headline", "state", "lead_tag", "author", "published_at", "kind")
    # Django asks for a name; get_search_results() searches everything.
    search_fields = ("title",)
    ordering = ("-modified_at",)
    raw_id_fields = ("lead_image",)
    show_full_result_count = False

    # Rights: a post outside the queryset has no page, no history and no form.

    def get_changelist(self, request, **kwargs):
        return PostList

    def get_queryset(self, request):
        return super().get_queryset(request).editable_by(request.user)

    def has_delete_permission(self, request, obj=None):
        # "Move to trash" replaces "Delete": it can be undone.
        return False

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_edit(request.user, obj))

    @admin.display(description=_("title"), ordering="title")
    def headline(self, post):
        return str(post)

    @admin.display(description=_("status"), ordering="status")
    def state(self, post):
        return post.status_words

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, DateTimeField):
            zone = _("Time zone: %(zone)s.") % {"zone": settings.TIME_ZONE}
            help_text = f"{db_field.help_text} {zone}".strip()
            kwargs |= {"form_class": MomentField, "widget": MomentWidget, "help_text": help_text}
        # A post only uses pictures and tags; deleting them from its form would affect other posts.
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        return field

    def get_urls(self):
        def view(function):
            return self.admin_site.admin_view(update_wrapper(partial(function, self), function))

        preview, link = view(post_preview.show), view(post_preview.link)
        many = self.admin_site.admin_view(partial(many_posts.many, model_admin=self))
        for_staff = partial(post_autosave.for_staff, self)
        autosave, token = for_staff(post_autosave.autosave), for_staff(post_autosave.token)
        return [
            path("token/", token, name="blog_post_token"),
            path("many/", many, name="blog_post_many"),
            path("tags/", for_staff(post_tags.suggest), name="blog_post_tags"),
            path("<uuid:key>/autosave/", autosave, name="blog_post_autosave"),
            path("<uuid:key>/unsaved/", view(post_unsaved.compare), name="blog_post_unsaved"),
            path("<uuid:key>/preview/", preview, name="blog_post_preview"),
            path("<uuid:key>/preview-link/", link, name="blog_post_preview_link"),
            *post_revisions.urls(self),
            *super().get_urls(),
        ]

    def view_on_site(self, post):
        # A person who may open a private post here may also read it.
        is_readable = post.is_visible(timezone.now()) or post.status == S.PRIVATE
        return post.path if is_readable else None

    # The list: post_list.py, and what is done to many of its posts: many_posts.py.

    def get_search_results(self, request, queryset, search_term):
        query = parse(search_term)
        return search.matching(query, queryset) if query != Query() else queryset, False

    def get_actions(self, request, action_location=None):
        # Django 6 names the page. Only the list has actions here: the form has a view of its own.
        if IS_POPUP_VAR in request.GET or not self.has_change_permission(request):
            return {}
        return {act.value: (None, act.value, act.label) for act in acts_of(request.user)}

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            return many_posts.chosen(request, self)
        return super().changelist_view(request, extra_context)

    # The form: laid out in post_page.py, saved in post_saving.py.

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        may = self.has_view_or_change_permission if object_id else self.has_add_permission
        if not may(request):
            raise PermissionDenied
        if request.method == "POST":
            return post_saving.answer(self, request, object_id)
        post = self.get_object(request, object_id) if object_id else None
        if object_id and post is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if post and not self.has_change_permission(request, post):
            return post_page.read_only(self, request, post)
        if post:
            return post_unsaved.form_page(self, request, post)
        return post_page.add_page(self, request)

    # The revisions: post_revisions.py.

    def history_view(self, request, object_id, extra_context=None):
        post = self.get_object(request, unquote(object_id))
        if post is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, post):
            raise PermissionDenied
        return post_revisions.list_page(self, request, post)
