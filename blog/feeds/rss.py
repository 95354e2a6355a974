"""RSS 2.0 with the full text, and ids that are not the address."""

from html import escape

from django.utils.feedgenerator import Rss201rev2Feed, Stylesheet, rfc3339_date

from blog.feeds.items import Feed, Item, Picture

TYPE = "application/rss+xml; charset=utf-8"
MINUTES_KEPT = 15  # readers need not ask more often
MEDIA = "http://search.yahoo.com/mrss/"


def write(feed: Feed) -> bytes:
    writer = FullTextRss(
        title=feed.title,
        link=feed.url,
        description=feed.description,
        language=feed.language,
        feed_url=feed.address,
        ttl=MINUTES_KEPT,
        stylesheets=stylesheets(feed),
        updated=feed.updated,
    )
    for item in feed.items:
        writer.add_item(
            title=item.title,
            link=item.url,
            description=as_html(item.summary),
            unique_id=item.id,
            unique_id_is_permalink=False,
            pubdate=item.published,
            updateddate=item.updated,
            categories=item.tags,
            item=item,
        )
    return writer.writeString("utf-8").encode()


def stylesheets(feed: Feed) -> list[Stylesheet]:
    # CSS, since browsers drop XSLT.
    return [Stylesheet(style, mimetype="text/css", media=None) for style in feed.styles]


def as_html(text: str) -> str | None:
    """Readers take a summary for HTML, where "a < b" would lose its end."""
    return escape(text, quote=False) or None


def add_picture(handler, picture: Picture) -> None:
    size = {"width": str(picture.width), "height": str(picture.height)}
    handler.startElement("media:content", {"url": picture.url, "medium": "image"} | size)
    if picture.alt:
        handler.addQuickElement("media:description", picture.alt, {"type": "plain"})
    handler.endElement("media:content")


class FullTextRss(Rss201rev2Feed):
    def rss_attributes(self):
        names = {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": MEDIA,
        }
        return super().rss_attributes() | names

    def latest_post_date(self):
        # Django's is the present time where there is no item.
        return self.feed["updated"]

    def add_item_elements(self, handler, row):
        super().add_item_elements(handler, row)
        item: Item = row["item"]
        # RSS itself knows no date of a change.
        handler.addQuickElement("atom:updated", rfc3339_date(item.updated))
        for author in item.authors:
            handler.addQuickElement("dc:creator", author.name)
        if item.language:
            handler.addQuickElement("dc:language", item.language)
        handler.addQuickElement("content:encoded", item.html)
        if item.picture:
            add_picture(handler, item.picture)
