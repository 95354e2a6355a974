"""A date with its time in the site's zone, also in the hours when clocks change."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FIRST, SECOND = "1", "2"
MINUTE = timedelta(minutes=1)
# Web addresses have years of four digits, and in some zones the last day of 9999 is in no year.
FIRST_YEAR, LAST_YEAR = 1000, 9998


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def exists(local: datetime) -> bool:
    there = local.replace(tzinfo=zone())
    back = there.astimezone(ZoneInfo("UTC")).astimezone(zone())
    return back.replace(tzinfo=None, fold=0) == local.replace(fold=0)


def is_twice(local: datetime) -> bool:
    first, second = (local.replace(tzinfo=zone(), fold=fold).utcoffset() for fold in (0, 1))
    return exists(local) and first != second


class MomentWidget(AdminSplitDateTime):
    """The third field chooses between the two times of an hour that exists twice; it is shown only
    there."""

    def __init__(self, attrs=None):
        super().__init__(attrs)
        choices = [(FIRST, _("the first time, before the change")), (SECOND, _("the second time"))]
        self.widgets = [*self.widgets, forms.Select(choices=choices)]
        self.widgets_names = [*self.widgets_names, "_2"]

    def decompress(self, value):
        if not value:
            return [None, None, ""]
        local = timezone.localtime(value, zone())
        return [local.date(), local.time(), SECOND if local.fold else FIRST]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        labels = (context["date_label"], context["time_label"])
        for part, label in zip(context["widget"]["subwidgets"], labels, strict=False):
            part["attrs"]["aria-label"] = label.rstrip(":")
        return context

    def render(self, name, value, attrs=None, renderer=None):
        # Django's template shows the first two fields.
        shown = super().render(name, value, attrs, renderer)
        parts = value if isinstance(value, list) else self.decompress(value)
        if not _is_typed_twice(parts):
            return shown
        which = self.widgets[2].render(f"{name}_2", parts[2], {"id": f"id_{name}_2"}, renderer)
        label = gettext("Which of the two:")
        return format_html('{}<label for="id_{}_2">{}</label>{}', shown, name, label, which)


def _is_typed_twice(parts) -> bool:
    try:
        day = forms.DateField().to_python(parts[0])
        time = forms.TimeField().to_python(parts[1])
    except (ValidationError, IndexError):
        return False
    if not day or time is None or not _is_in_range(day):
        return False
    return is_twice(datetime.combine(day, time))


def _is_in_range(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


class MomentField(forms.SplitDateTimeField):
    widget = MomentWidget

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.fields = (*self.fields, forms.CharField(required=False))

    def clean(self, value):
        # Without script the third field is not sent; it alone is no date.
        value = [*(value or []), "", "", ""][:3]
        return super().clean(value if value[0] or value[1] else [])

    def compress(self, data_list):
        if not data_list or not (data_list[0] or data_list[1] is not None):
            return None
        day, time, which = data_list
        local = datetime.combine(day, time) if day and time is not None else None
        if local is None:
            return super().compress(data_list[:2])
        if not _is_in_range(day):
            message = gettext("Give a year between %(first)s and %(last)s.")
            raise ValidationError(message % {"first": FIRST_YEAR, "last": LAST_YEAR})
        if not exists(local):
            raise ValidationError(_missing(local))
        if is_twice(local) and which not in (FIRST, SECOND):
            raise ValidationError(gettext("This hour exists twice on that day. Choose which."))
        return local.replace(tzinfo=zone(), fold=which == SECOND)

    def has_changed(self, initial, data):
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


def _missing(local: datetime) -> str:
    before, after = local - MINUTE, local + MINUTE
    while not exists(before):
        before -= MINUTE
    while not exists(after):
        after += MINUTE
    message = gettext(
        "Clocks go forward on that day in %(zone)s, and %(time)s does not exist. The nearest times"
        " are %(before)s and %(after)s."
    )
    times = {"time": f"{local:%H:%M}", "before": f"{before:%H:%M}", "after": f"{after:%H:%M}"}
    return message % {"zone": settings.TIME_ZONE, **times}
