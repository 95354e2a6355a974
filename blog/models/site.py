import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from blog import theme
from blog.cache import versions
from blog.models.correction import Correction
from blog.text.languages import is_code
from blog.transactions import writing

# No javascript: and the like.
ADDRESS = re.compile(r"(/(?!/)|https?://[^/]|mailto:.)\S*")


def check_accent(colour: str) -> None:
    if not theme.HEX.fullmatch(colour):
        raise ValidationError(_("Write a colour as # and six digits or letters a to f: #0b6e4f"))
    found = theme.least_contrast(colour, theme.LIGHT)
    if found < theme.READABLE:
        message = _(
            "%(colour)s is too pale to be read on the page: its contrast is %(found)s to 1, "
            "and 4.5 to 1 is needed. The same colour, darker, would do: %(better)s"
        )
        better, found = theme.darkened(colour), int(found * 10) / 10
        raise ValidationError(message, params={"colour": colour, "found": found, "better": better})


def check_navigation(text: str) -> None:
    for line in filter(str.strip, text.splitlines()):
        label, _bar, address = (part.strip() for part in line.partition("|"))
        if not label or not ADDRESS.fullmatch(address):
            message = _(
                "“%(line)s” is not a link: write the text, a bar, the web address. About | /about/"
            )
            raise ValidationError(message, params={"line": line.strip()})


class Font(models.TextChoices):
    OLD_STYLE = theme.OLD_STYLE, _("Old-style serif (Iowan, Palatino, Georgia)")
    TRANSITIONAL = theme.TRANSITIONAL, _("Transitional serif (Charter, Sitka, Cambria)")
    SLAB = theme.SLAB, _("Slab serif (Rockwell, Roboto Slab)")
    HUMANIST = theme.HUMANIST, _("Humanist sans (Optima, Candara, Gill Sans)")
    GROTESQUE = theme.GROTESQUE, _("Grotesque (Helvetica, Arial, Roboto)")


class Site(models.Model):
    """The one row with the site's name, look and language; cached in the process by version."""

    name = models.CharField(_("name"), max_length=100, default="Broadside")
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    logo = models.ForeignKey(
        "blog.Image", models.SET_NULL, null=True, blank=True, verbose_name=_("logo")
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        validators=[check_accent],
        help_text=_(
            "Of labels, marks and lines under links, such as #0b6e4f. It has to be dark enough to "
            "be read; the lighter one for readers with a dark screen is found from it. "
            "Empty: the default red."
        ),
    )
    heading_font = models.CharField(
        _("font of headings"),
        max_length=12,
        choices=Font,
        default=Font.OLD_STYLE,
        help_text=_("The first in the list that the reader's device has; nothing is downloaded."),
    )
    text_font = models.CharField(
        _("font of the text"),
        max_length=12,
        choices=Font,
        default=Font.OLD_STYLE,
        help_text=_("The column keeps 60 to 75 letters to a line with each of them."),
    )
    language = models.CharField(
        _("language"),
        max_length=12,
        default="en-GB",
        validators=[is_code],
    )
    posts_per_page = models.PositiveSmallIntegerField(
        _("posts per page"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    navigation = models.TextField(
        _("navigation"),
        blank=True,
        validators=[check_navigation],
        help_text=_("One link a line: the text, a bar, the web address. About | /about/"),
    )
    footer = models.TextField(_("footer"), blank=True)
    contact_page = models.ForeignKey(
        "blog.Post", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    privacy_page = models.ForeignKey(
        "blog.Post", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    # For robots.txt (blog/views/robots.py).
    may_search = models.BooleanField(
        _("search engines may list the site"),
        default=True,
        help_text=_(
            "Google, Bing and others. If not, programs are asked to keep away, and hardly anybody "
            "finds the site by searching. This and the next two are requests in /robots.txt: "
            "whoever ignores it is not stopped."
        ),
    )
    may_answer = models.BooleanField(
        _("assistants may read it to answer questions"),
        default=True,
        help_text=_(
            "ChatGPT, Claude, Perplexity and others look a page up when somebody asks them "
            "something, and name it as their source."
        ),
    )
    may_train = models.BooleanField(
        _("language models may be trained on it"),
        default=False,
        help_text=_(
            "Programs that gather texts for models, which name no source. What was gathered cannot "
            "be taken back. If not, the site is still found by search engines."
        ),
    )

    has_corrections = False  # set by current()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("site")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_site")]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        with writing() as scopes:
            super().save(*args, **kwargs)
            scopes.add(versions.SITE)

    @classmethod
    def current(cls, site_edition: int | None = None) -> "Site":
        if site_edition is None:
            site_edition = versions.read(versions.SITE)[versions.SITE]
        return versions.cached("site", site_edition, cls._load)

    @classmethod
    def _load(cls):
        pages = ("logo", "contact_page", "privacy_page")
        site = cls.objects.select_related(*pages).filter(pk=1).first() or cls(pk=1)
        site.has_corrections = Correction.objects.visible(timezone.now()).exists()
        return site

    @property
    def links(self) -> list[tuple[str, str]]:
        lines = (line.partition("|") for line in self.navigation.splitlines())
        return [
            (label.strip(), address.strip()) for label, _bar, address in lines if address.strip()
        ]

    @property
    def url(self) -> str:
        return settings.SITE_URL

    @cached_property
    def theme(self) -> str:
        return theme.stylesheet(self.accent, self.heading_font, self.text_font)

    @property
    def theme_name(self) -> str:
        return theme.name_of(self.theme)

    @property
    def theme_path(self) -> str:
        return reverse("theme", args=[self.theme_name])
