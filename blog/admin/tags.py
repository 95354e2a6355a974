from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import WritingAdmin
from blog.admin.merging import MergingForm
from blog.admin.tag_fields import TagNameField
from blog.models import FormerName, Post, Tag
from blog.text.slugs import make_slug
from blog.transactions import writing


class TagForm(MergingForm):
    slug = forms.CharField(
        label=_("Web address"),
        required=False,
        max_length=100,
        help_text=_(
            "Made from the name if you leave it empty. It follows the name until you write another"
            " one; former addresses lead to the new one."
        ),
    )

    def clean_slug(self):
        typed = self.cleaned_data["slug"]
        if "slug" not in self.data:
            return self.instance.slug
        if typed and not make_slug(typed):
            raise ValidationError(gettext("A web address has letters or digits of any script."))
        return make_slug(typed)


class TagChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, tag):
        return with_count(tag)


def with_count(tag) -> str:
    label = ngettext("%(name)s (%(n)d post)", "%(name)s (%(n)d posts)", tag.posts_count)
    return label % {"name": tag.name, "n": tag.posts_count}


class MergeForm(forms.Form):
    into = TagChoiceField(
        label=_("This tag stays"),
        queryset=Tag.objects.none(),
        widget=forms.RadioSelect,
        required=False,
        empty_label=None,
    )
    name = TagNameField(
        label=_("Or another one, by its name"),
        required=False,
        help_text=_("A name written here is used instead of the choice above."),
    )

    def __init__(self, data, *, tags):
        super().__init__(data)
        self.fields["into"].queryset = self.tags = tags

    def clean(self):
        cleaned = super().clean()
        cleaned["into"] = cleaned.get("name") or cleaned.get("into")
        if "name" not in self.errors and cleaned["into"] is None:
            self.add_error("into", gettext("Choose a tag."))
        elif cleaned["into"] and not self.others:
            self.add_error("name", gettext("You chose one tag: write here the one that stays."))
        return cleaned

    @property
    def others(self) -> list[Tag]:
        return [tag for tag in self.tags if tag != self.cleaned_data["into"]]


class RemoveForm(forms.Form):
    to = forms.ChoiceField(
        label=_("Its web address leads to"),
        choices=[("tags", _("the page of all tags")), ("tag", _("another tag:"))],
        initial="tags",
        widget=forms.RadioSelect,
    )
    name = TagNameField(label=_("Name of the other tag"), required=False)

    def __init__(self, data, *, tag: Tag):
        super().__init__(data)
        self.tag = tag

    def clean(self):
        cleaned = super().clean()
        other = cleaned.get("name")
        if cleaned.get("to") == "tag" and "name" not in self.errors:
            if other is None:
                self.add_error("name", gettext("Write the name of the other tag."))
            elif other == self.tag:
                self.add_error("name", gettext("This is the tag that you delete."))
        return cleaned

    @property
    def leads_to(self) -> Tag | None:
        return self.cleaned_data["name"] if self.cleaned_data["to"] == "tag" else None


class FormerNames(admin.TabularInline):
    model = FormerName
    fields = ("name",)
    readonly_fields = ("name",)
    extra = 0
    verbose_name_plural = _("Former names. Whoever types one gets this tag; delete one to free it.")

    def has_add_permission(self, request, obj):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("blog.view_tag")

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("blog.change_tag")

    has_delete_permission = has_change_permission


@admin.register(Tag)
class TagAdmin(WritingAdmin):
    form = TagForm
    list_display = ("name", "slug", "posts")
    search_fields = ("name", "former_names__name")
    fields = ("name", "slug", "description")
    inlines = [FormerNames]
    actions = ["merge"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(posts_count=Count("post", distinct=True))

    def get_inlines(self, request, obj):
        return self.inlines if obj and obj.former_names.exists() else []

    @admin.display(description=_("posts"), ordering="posts_count")
    def posts(self, tag):
        return tag.posts_count

    def view_on_site(self, tag):
        has_page = Post.objects.visible(timezone.now()).stream().filter(tags=tag).exists()
        return super().view_on_site(tag) if has_page else None

    # Deleting.

    def delete_view(self, request, object_id, extra_context=None):
        tag = self.get_object(request, object_id)
        if not self.has_delete_permission(request, tag):
            raise PermissionDenied
        if tag is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = RemoveForm(request.POST or None, tag=tag)
        if form.is_valid():
            with writing():
                self.log_deletions(request, Tag.objects.filter(pk=tag.pk))
                tag.remove(leads_to=form.leads_to)
            messages.success(request, _removed(tag, form.leads_to))
            return redirect("admin:blog_tag_changelist")
        context = self.admin_site.each_context(request) | {
            "title": gettext("Delete the tag “%(tag)s”") % {"tag": tag},
            "opts": self.opts,
            "tag": tag,
            "labels": tag.led_posts.count(),
            "form": form,
        }
        return TemplateResponse(request, "admin/delete_tag.html", context)

    def get_deleted_objects(self, objs, request):
        # Not a line for each post of each tag.
        tags = self.get_queryset(request).filter(pk__in=[tag.pk for tag in objs])
        return [with_count(tag) for tag in tags], {_("Tags"): len(tags)}, set(), []

    def delete_queryset(self, request, queryset):
        for tag in queryset:
            tag.remove()
        message = gettext("The web addresses of these tags lead to the page of all tags.")
        messages.info(request, message)

    # Merging.

    def has_merge_permission(self, request):
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(description=_("Merge into one tag…"), permissions=["merge"])
    def merge(self, request, queryset):
        # The page that asks sends the same action again, with the answer.
        form = MergeForm(request.POST if "merge" in request.POST else None, tags=queryset)
        if form.is_valid():
            self._merge(request, form.cleaned_data["into"], form.others)
            return None
        context = self.admin_site.each_context(request) | {
            "title": gettext("Merge tags"),
            "opts": self.opts,
            "form": form,
            "chosen": queryset,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/merge_tags.html", context)

    def _merge(self, request, into, others):
        for tag in others:
            merge = into.merge(tag, by=request.user)
            self.log_change(request, into, _moved(merge))
        message = ngettext(
            "%(n)d tag was merged into “%(name)s”; its address leads there.",
            "%(n)d tags were merged into “%(name)s”; their addresses lead there.",
            len(others),
        )
        message %= {"n": len(others), "name": into.name}
        undo = reverse("admin:blog_tagmerge_undo", args=[merge.pk])
        if len(others) > 1:
            undo = reverse("admin:blog_tagmerge_changelist")
        link = format_html('<a href="{}">{}</a>', undo, gettext("Undo…"))
        messages.success(request, format_html("{} {}", message, link))


def _removed(tag: Tag, leads_to: Tag | None) -> str:
    if leads_to is None:
        message = gettext("“%(tag)s” was deleted. Its web address leads to the page of all tags.")
        return message % {"tag": tag}
    message = gettext("“%(tag)s” was deleted. Its web address leads to “%(other)s”.")
    return message % {"tag": tag, "other": leads_to}


def _moved(merge) -> str:
    message = gettext(
        "“%(name)s” (%(slug)s) was merged into it. Posts that had it: %(posts)s; that had both:"
        " %(both)s; whose label it was: %(labelled)s."
    )
    numbers = {"posts": merge.posts, "both": merge.had_both, "labelled": merge.labelled}
    lists = {key: ", ".join(map(str, pks)) or "–" for key, pks in numbers.items()}
    return message % {"name": merge.name, "slug": merge.slug, **lists}
