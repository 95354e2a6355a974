"""The Jinja environment of the pages for readers and moderators (templates/pages/)."""

from urllib.parse import quote, urlencode

from django.template import defaultfilters
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from jinja2 import Environment, StrictUndefined, pass_context
from markupsafe import Markup

import blog.jinja
import comments.jinja


def environment(**options) -> Environment:
    options |= {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    env = Environment(**options)  # noqa: S701, Django sets autoescape
    env.filters |= {
        "date": date,
        "iri": iri_to_uri,
        "iso": iso,
        "linebreaks": defaultfilters.linebreaks_filter,
        "linebreaksbr": defaultfilters.linebreaksbr,
        "quoted": quoted,
        "truncatewords": defaultfilters.truncatewords,
        **blog.jinja.FILTERS,
        **comments.jinja.FILTERS,
    }
    env.globals |= {
        "_": sentence,
        "current_language": get_language,
        "querystring": querystring,
        "static": static,
        "url": url,
        **blog.jinja.GLOBALS,
        **comments.jinja.GLOBALS,
    }
    return env


def sentence(text: str) -> Markup:
    # Our sentences may hold HTML; the `format` filter escapes the values put into them.
    return Markup(gettext(text))  # noqa: S704


def url(name: str, *args) -> str:
    return reverse(name, args=args)


@pass_context
def querystring(context, **changes) -> str:
    """Return the page's query with changes, as Django's tag does; None removes a name."""
    params = dict(context["request"].GET.lists()) | changes
    query = {name: value for name, value in params.items() if value is not None}
    return f"?{urlencode(query, doseq=True)}"


def date(moment, form: str = "DATE_FORMAT") -> str:
    return date_format(_local(moment), form)


def iso(moment) -> str:
    return f"{_local(moment):%Y-%m-%dT%H:%M%z}"


def _local(moment):
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def quoted(text) -> str:
    return quote(str(text), safe="")
