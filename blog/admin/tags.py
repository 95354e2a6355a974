from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import WritingAdmin
from blog.admin.merging import MergingForm
from blog.models import FormerName, Tag
from blog.text.slugs import make_slug


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


class TagNameField(forms.CharField):
    """The name of a tag that exists; a former name will do."""

    def clean(self, value):
        name = " ".join(super().clean(value).split())
        if not name:
            return None
        if not (tag := next(iter(Tag.objects.known([name]).values()), None)):
            raise ValidationError(gettext("There is no tag of this name."))
        return tag


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
            self.log_change(request, into, _moved(into.merge(tag, by=request.user)))
        message = ngettext(
            "%(n)d tag was merged into “%(name)s”; its address leads there.",
            "%(n)d tags were merged into “%(name)s”; their addresses lead there.",
            len(others),
        )
        messages.success(request, message % {"n": len(others), "name": into.name})


def _moved(merge) -> str:
    message = gettext(
        "“%(name)s” (%(slug)s) was merged into it. Posts that had it: %(posts)s; that had both:"
        " %(both)s; whose label it was: %(labelled)s."
    )
    numbers = {"posts": merge.posts, "both": merge.had_both, "labelled": merge.labelled}
    lists = {key: ", ".join(map(str, pks)) or "–" for key, pks in numbers.items()}
    return message % {"name": merge.name, "slug": merge.slug, **lists}
