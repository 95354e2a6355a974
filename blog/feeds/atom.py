"""Atom (RFC 4287) with the full text."""

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from blog.feeds.items import Author, Feed, Item
from blog.feeds.rss import MEDIA, add_picture, stylesheets

TYPE = "application/atom+xml; charset=utf-8"


def write(feed: Feed) -> bytes:
    writer = FullTextAtom(
        title=feed.title,
        link=feed.url,
        description=None,
        subtitle=feed.description,
        language=feed.language,
        # The author of entries that have none; Atom requires one.
        author_name=feed.site,
        feed_url=feed.address,
        feed_guid=feed.id,
        stylesheets=stylesheets(feed),
        updated=feed.updated,
    )
    for item in feed.items:
        writer.add_item(
            title=item.title,
            link=item.url,
            description=None,
            unique_id=item.id,
            pubdate=item.published,
            updateddate=item.updated,
            categories=item.tags,
            item=item,
        )
    return writer.writeString("utf-8").encode()


class FullTextAtom(Atom1Feed):
    def write(self, outfile, encoding):
        # Django writes stylesheets into RSS only.
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        for sheet in self.feed["stylesheets"]:
            handler.processingInstruction("xml-stylesheet", sheet)
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def root_attributes(self):
        return super().root_attributes() | {"xmlns:media": MEDIA}

    def latest_post_date(self):
        return self.feed["updated"]

    def item_attributes(self, row):
        language = row["item"].language
        return {"xml:lang": language} if language else {}

    def add_item_elements(self, handler, row):
        super().add_item_elements(handler, row)
        item: Item = row["item"]
        for author in item.authors:
            _add_author(handler, author)
        if item.summary:
            handler.addQuickElement("summary", item.summary)
        handler.addQuickElement("content", item.html, {"type": "html"})
        if item.picture:
            add_picture(handler, item.picture)


def _add_author(handler, author: Author) -> None:
    handler.startElement("author", {})
    handler.addQuickElement("name", author.name)
    if author.url:
        handler.addQuickElement("uri", author.url)
    handler.endElement("author")
