from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.models.image import Image
from blog.text import markup
from blog.transactions import writing

# The columns that Text._render() fills.
RENDERED = ("body_html", "body_text", "auto_excerpt", "headings", "word_count", "reading_minutes")
RENDERED += ("render_version",)


class TextQuerySet(models.QuerySet):
    def showing(self, image):
        return self.filter(body__contains=image.file.url)

    def render_again(self) -> None:
        """Update the columns in RENDERED only: nobody edited the text, so `modified_at` stays."""
        with writing() as scopes:
            for row in self.only("pk", "uuid", "body", "status"):
                row._render()
                same = self.model.objects.filter(pk=row.pk, body=row.body)
                same.update(**{name: getattr(row, name) for name in RENDERED})
                scopes.update(row.pages(row.status))


class Text(models.Model):
    """A Markdown text, and the columns rendered from it at each save."""

    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(editable=False)
    body_text = models.TextField(editable=False)
    auto_excerpt = models.TextField(editable=False)
    headings = models.JSONField(default=list, editable=False)
    render_version = models.PositiveSmallIntegerField(default=0, editable=False)
    word_count = models.PositiveIntegerField(default=0, editable=False)
    reading_minutes = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def prepare(self) -> None:
        """Render the text before writing() is entered: a long one takes seconds, and readers'
        comments would wait for the lock. Save this same instance afterwards."""
        pictures = Image.objects.in_text(self.body)
        self._prepared = self.body, pictures, self._rendered(pictures)

    def render(self) -> None:
        """For a page with this text that is not saved."""
        self._fill(self._rendered(Image.objects.in_text(self.body)))

    def _render(self):
        pictures = Image.objects.in_text(self.body, lock=True)
        body, same_pictures, rendered = getattr(self, "_prepared", (None, None, None))
        if (body, same_pictures) != (self.body, pictures):
            rendered = self._rendered(pictures)
        self._fill(rendered)

    def _fill(self, rendered: markup.Rendered) -> None:
        self.body_html, self.body_text = rendered.html, rendered.text
        self.auto_excerpt = rendered.excerpt
        self.headings = [[h.level, h.id, h.text] for h in rendered.headings]
        self.word_count = rendered.words
        self.reading_minutes = max(1, round(rendered.words / 230))
        self.render_version = markup.RENDER_VERSION

    def _rendered(self, pictures) -> markup.Rendered:
        # Known before the first save, unlike the primary key.
        return markup.render(self.body, f"p{self.uuid.hex[:8]}-", pictures)

    @property
    def html(self):
        return markup.stored(self.body_html)

    @property
    def has_code(self) -> bool:
        # Coloured code needs another stylesheet.
        return '<div class="highlight">' in self.body_html
