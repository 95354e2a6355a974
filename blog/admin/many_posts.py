"""One act on many posts of the list: a page says how many will change, its button changes them."""

import uuid
from urllib.parse import parse_qsl

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import ID
from blog.admin.post_list import PersonField
from blog.admin.tag_fields import LabelWidget
from blog.editing import post_batch_sentences as sentences
from blog.editing import post_batches
from blog.editing.post_batches import Preview, Wish
from blog.models import Tag, User
from blog.models.post_batch import IS_GONE, MOST, OF_TAGS, Act, OtherBatch, Outcome
from blog.models.tag import check_name, split

# More are counted, not named.
MOST_NAMED = 50


class TagField(forms.CharField):
    """The name of one tag, perhaps of a new one."""

    widget = LabelWidget

    def clean(self, value):
        names = split(super().clean(value))
        if len(names) != 1:
            raise ValidationError(gettext("Write the name of one tag."))
        check_name(names[0])
        known = Tag.objects.known(names)
        return next((tag.name for tag in known.values()), names[0])


class WishForm(forms.Form):
    """Asks for the act, and for the tag or the author that it needs."""

    act = forms.ChoiceField(label=_("Change"))
    tag = TagField(label=_("Tag"))
    author = PersonField(
        label=_("Author"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )

    def __init__(self, data, *, user: User):
        super().__init__(data)
        offered = post_batches.acts_of(user)
        self.fields["act"].choices = [("", _("Choose")), *((act, act.label) for act in offered)]
        act = data.get("act", "")
        self.act = Act(act) if act in offered else None
        if self.act:
            self.fields["act"].widget = forms.HiddenInput()
        if self.act not in OF_TAGS:
            del self.fields["tag"]
        if self.act == Act.AUTHOR:
            self.fields["author"].queryset = User.active_writers()
        else:
            del self.fields["author"]

    @property
    def is_asked(self) -> bool:
        """Was it filled in, or does it come from the list?"""
        return all(name in self.data for name in self.fields)

    def clean(self):
        cleaned = super().clean()
        name = cleaned.get("tag")
        if name and self.act == Act.TAKE_TAG and not Tag.objects.known([name]):
            self.add_error("tag", gettext("There is no tag of this name."))
        return cleaned

    @property
    def wish(self) -> Wish:
        chosen = self.cleaned_data
        return Wish(Act(chosen["act"]), chosen.get("tag", ""), chosen.get("author"))


# From the list.


def chosen(request: HttpRequest, model_admin) -> HttpResponse:
    """Go from the list to the page that asks, with the posts that were chosen there."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    if request.POST.get("which") == "all":
        pks = _all_found(request, model_admin)
    else:
        pks = [pk for pk in request.POST.getlist(ACTION_CHECKBOX_NAME) if ID.fullmatch(pk)]
    if not pks:
        messages.warning(request, gettext("Tick posts, or choose all that were found."))
    elif len(pks) > MOST:
        messages.error(request, sentences.too_many(len(pks), MOST))
    else:
        asked = {"posts": ",".join(map(str, pks)), "list": request.GET.urlencode()}
        if act := request.POST.get("action"):
            asked["act"] = act
        return redirect(f"{reverse('admin:blog_post_many')}?{urlencode(asked)}")
    return redirect(request.get_full_path())


def _all_found(request: HttpRequest, model_admin) -> list[int]:
    try:
        changelist = model_admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return []
    return list(changelist.queryset.order_by("pk").values_list("pk", flat=True))


# The page that asks, and its button.


def many(request: HttpRequest, model_admin) -> HttpResponse:
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    pks = _parse(given.get("posts", ""))
    if not pks:
        messages.error(request, gettext("No post was chosen. Nothing was changed."))
        return redirect(_list_address(given))
    if len(pks) > MOST:
        messages.error(request, sentences.too_many(len(pks), MOST))
        return redirect(_list_address(given))
    form = WishForm(given, user=request.user)
    if request.method == "POST" and form.is_valid():
        return _press(request, form.wish, pks)
    return _page(request, model_admin, form, pks)


def _press(request: HttpRequest, wish: Wish, pks: set[int]) -> HttpResponse:
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        outcome = post_batches.press(request.user, wish, pks, key)
    except (ValueError, OtherBatch):
        messages.error(request, gettext("That was not understood. Nothing was changed."))
        return redirect(_list_address(request.POST))
    _tell(request, wish, outcome)
    return redirect(_list_address(request.POST))


def _tell(request: HttpRequest, wish: Wish, outcome: Outcome) -> None:
    count = len(outcome.changed)
    if outcome.is_again:
        sentence = sentences.done_again(outcome)
    elif count:
        sentence = sentences.done(wish.act, sentences.value_of(wish), count)
    if count:
        undo = reverse("admin:blog_postbatch_undo", args=[outcome.batch.pk])
        link = format_html('<a href="{}">{}</a>', undo, gettext("Undo…"))
        messages.success(request, format_html("{} {}", sentence, link))
    else:
        messages.warning(request, gettext("Nothing was changed."))
    tell_left(request, wish.act, outcome)


def tell_left(request: HttpRequest, act: Act, outcome: Outcome) -> None:
    for reason, pks in outcome.left.items():
        messages.warning(request, sentences.stays(reason, act, len(pks)))


def _page(request: HttpRequest, model_admin, form: WishForm, pks: set[int]) -> HttpResponse:
    is_known = form.is_asked and form.is_valid()
    if not form.is_asked:
        # Nothing is wrong yet: the field was not shown before.
        form.errors.clear()
    context = model_admin.admin_site.each_context(request) | {
        "title": form.act.label if form.act else gettext("Change many posts"),
        "opts": model_admin.opts,
        "form": form,
        "count": len(pks),
        "posts": ",".join(map(str, sorted(pks))),
        "list": _list_query(form.data),
        "list_address": _list_address(form.data),
        "key": uuid.uuid4(),
    }
    if is_known:
        context |= _preview(request.user, form.wish, pks)
    status = 200 if is_known or not form.errors else 422
    return TemplateResponse(request, "admin/many_posts.html", context, status=status)


def _preview(user: User, wish: Wish, pks: set[int]) -> dict:
    found = post_batches.preview(user, wish, pks)
    value, count = sentences.value_of(wish), len(found.changed)
    is_new = bool(wish.tag) and wish.tag_id() is None
    return {
        "wish": wish,
        "value": value,
        "changed": named(found),
        "unnamed": max(0, count - MOST_NAMED),
        "button": sentences.button(wish.act, value, count) if count else "",
        "consequences": sentences.consequences(wish, found.changed, is_new, timezone.now()),
        "at_work": sentences.at_work(*post_batches.writers_at_work(user, found.changed)),
        "left": left(found, wish.act),
    }


def named(found: Preview) -> list:
    return found.changed[:MOST_NAMED]


def left(found: Preview, act: Act) -> list[tuple]:
    """Return why posts stay as they are, some of them, and how many more there are."""
    rows = [
        (sentences.stays(reason, act, len(posts)), posts[:MOST_NAMED], len(posts) - MOST_NAMED)
        for reason, posts in found.left.items()
    ]
    if found.gone:
        rows.append((sentences.stays(IS_GONE, act, found.gone), [], 0))
    return rows


def _parse(typed: str) -> set[int]:
    """Return the ids in 3,14,15; none at all if one of them is no id."""
    parts = typed.split(",") if typed else []
    return {int(pk) for pk in parts} if all(map(ID.fullmatch, parts)) else set()


def _list_query(given) -> str:
    return urlencode(parse_qsl(given.get("list", "")))


def _list_address(given) -> str:
    address, query = reverse("admin:blog_post_changelist"), _list_query(given)
    return f"{address}?{query}" if query else address
