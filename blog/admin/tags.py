from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import WritingAdmin
from blog.admin.merging import MergingForm
from blog.models import OldPath, Tag
from blog.models.tag import make_key


class TagChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, tag):
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
    name = forms.CharField(
        label=_("Or another one, by its name"),
        required=False,
        help_text=_("A name written here is used instead of the choice above."),
    )

    def __init__(self, data, *, tags):
        super().__init__(data)
        self.fields["into"].queryset = self.tags = tags

    def clean(self):
        cleaned = super().clean()
        if name := cleaned.get("name"):
            cleaned["into"] = Tag.objects.filter(key=make_key(" ".join(name.split()))).first()
        if cleaned.get("into") is None:
            message = gettext("There is no tag of this name.") if name else gettext("Choose a tag.")
            self.add_error("name" if name else "into", message)
        elif not self.others:
            self.add_error("name", gettext("You chose one tag: write here the one that stays."))
        return cleaned

    @property
    def others(self) -> list[Tag]:
        return [tag for tag in self.tags if tag != self.cleaned_data["into"]]


@admin.register(Tag)
class TagAdmin(WritingAdmin):
    form = MergingForm
    list_display = ("name", "slug", "posts")
    search_fields = ("name",)
    fields = ("name", "slug", "description")
    actions = ["merge"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(posts_count=Count("post"))

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
            self.log_change(request, into, _moved(into.merge(tag)))
        message = ngettext(
            "%(n)d tag was merged into “%(name)s”; its address leads there.",
            "%(n)d tags were merged into “%(name)s”; their addresses lead there.",
            len(others),
        )
        messages.success(request, message % {"n": len(others), "name": into.name})


def _moved(merged) -> str:
    message = gettext(
        "“%(name)s” (%(slug)s) was merged into it. Posts that had it: %(posts)s; that had both:"
        " %(both)s; whose label it was: %(labelled)s."
    )
    numbers = {"posts": merged.posts, "both": merged.had_both, "labelled": merged.labelled}
    lists = {key: ", ".join(map(str, pks)) or "–" for key, pks in numbers.items()}
    return message % {"name": merged.name, "slug": merged.slug, **lists}


@admin.register(OldPath)
class OldPathAdmin(WritingAdmin):
    list_display = ("path", "post")
    search_fields = ("path",)
    raw_id_fields = ("post",)
