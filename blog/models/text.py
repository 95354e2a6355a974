from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.models.image import Image
from blog.text import markup
from blog.transactions import writing

# The columns that Text._render() fills.
RENDERED = ("body_html", "body_text", "auto_excerpt", "headings", "word_count", "reading_minutes")
RENDERED += ("is_plain", "render_version")


class TextQuerySet(models.QuerySet):
    def showing(self, image):
        return self.filter(body__contains=image.file.url)

    def render_again(self) -> None:
        """Update the columns in RENDERED only: nobody edited the text, so `modified_at` stays."""
        for row in self.only("pk", "uuid", "body"):
            row.prepare()
            with writing() as scopes:
                row._render()
                same = self.model.objects.filter(pk=row.pk, body=row.body)
                same.update(**{name: getattr(row, name) for name in RENDERED})
                # It may have been published while its text was converted.
                scopes.update(row.pages(*same.values_list("status", flat=True)))

    def prepared(self) -> list["Text"]:
        """Convert the texts before writing() is entered, for fill_in_pictures()."""
        rows = list(self.only("pk", "uuid", "body"))
        for row in rows:
            row.prepare()
        return rows

    def fill_in_pictures(self, prepared: list["Text"]) -> None:
        """Within writing(), after a change of a picture in these texts. Their words stay. One that
        was written since `prepared` is converted here."""
        converted = {row.pk: row._prepared for row in prepared}
        with writing() as scopes:
            for row in self.only("pk", "uuid", "body", "status"):
                row._prepared = converted.get(row.pk, (None, None))
                row._render()
                changed = {"body_html": row.body_html, "is_plain": row.is_plain}
                self.model.objects.filter(pk=row.pk).update(**changed)
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
    # It took too long to convert, and is shown as paragraphs with the marks of its Markdown.
    is_plain = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def prepare(self) -> None:
        """Convert the text before writing() is entered: a long one takes seconds, and readers'
        comments would wait for the lock. Save this same instance afterwards."""
        self._prepared = self.body, self._convert()

    def render(self) -> None:
        """For a page with this text that is not saved."""
        self._fill(self._convert(), Image.objects.in_text(self.body))

    def _render(self):
        pictures = Image.objects.in_text(self.body, lock=True)
        body, made = getattr(self, "_prepared", (None, None))
        self._fill(made if body == self.body else self._convert(), pictures)

    def _convert(self) -> markup.PostHTML:
        # Known before the first save, unlike the primary key.
        return markup.convert(self.body, f"p{self.uuid.hex[:8]}-")

    def _fill(self, made: markup.PostHTML, pictures) -> None:
        rendered = markup.with_its_pictures(made, pictures)
        self.body_html, self.body_text = rendered.html, rendered.text
        self.auto_excerpt = rendered.excerpt
        self.headings = [[h.level, h.id, h.text] for h in rendered.headings]
        self.word_count = rendered.words
        self.reading_minutes = max(1, round(rendered.words / 230))
        self.is_plain = rendered.is_plain
        self.render_version = markup.RENDER_VERSION

    @property
    def html(self):
        return markup.stored(self.body_html)

    @property
    def has_code(self) -> bool:
        # Coloured code needs another stylesheet.
        return '<div class="highlight">' in self.body_html
