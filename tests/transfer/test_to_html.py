"""Texts of WordPress, as its editors, plugins and page builders write them."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.text import post_html
from blog.text.from_html import from_html
from tests.blog.test_from_html import Reader
from tests.transfer.exports import CASES, files
from transfer.wordpress.addresses import absolute, candidates, is_same_picture
from transfer.wordpress.items import Item, Refused, read_items, read_site
from transfer.wordpress.players import page_of
from transfer.wordpress.shortcodes import Attachment, Surroundings
from transfer.wordpress.to_html import footnotes, to_html

SHORTCODE = re.compile(r"(?<!\\)\[/?(?:caption|gallery|audio|video|embed|code|vc_\w+|et_pb_\w+)\b")


def render(text, prefix):
    return post_html.convert(text, prefix) or post_html.plain(text)


def markdown(content, around=None, **options):
    return from_html(to_html(content, around, **options), render=render).text


# Everything that the exports of others hold.


def contents():
    for file in files():
        with file.open("rb") as export:
            try:
                read_site(export)
            except Refused:
                continue
            for item in read_items(export):
                if isinstance(item, Item) and item.content.strip():
                    notes = next((m.value for m in item.metas if m.key == "footnotes"), "")
                    yield item, to_html(item.content, Surroundings(notes=footnotes(notes)))


def letters(reader):
    return [character for character in reader.all[0] if character.isalnum()]


def test_every_text_of_the_exports_is_the_same_to_a_reader_and_few_blocks_stay_html():
    blocks = html_blocks = 0
    for item, html in contents():
        made = from_html(html, render=render)
        shown = render(made.text, "").html
        assert made.is_alike, item.name
        # Beside our own judge, one that knows neither of the trees.
        before, after = Reader(html), Reader(shown)
        # A caption below a table goes above it.
        in_order = list if "<table" not in html else sorted
        is_same = in_order(letters(before)) == in_order(letters(after))
        assert is_same or "<form" in html, item.name
        assert before.pictures == after.pictures, item.name
        assert len(before.headings) == len(after.headings), item.name
        # Pull quotes have no links, and footnotes have links back.
        if "pullquote" not in html and "footnote" not in html:
            links = [link for link in before.links if not link.startswith("ttps:")]
            assert links == after.links, item.name
        assert not SHORTCODE.search(re.sub(r"<(code|pre).*?</\1>", "", shown, flags=re.DOTALL))
        blocks += made.blocks
        html_blocks += made.html_blocks
    print(f"{html_blocks} of {blocks} blocks stay HTML")
    assert blocks > 2_000
    assert html_blocks / blocks < 0.05


def test_words_that_must_not_be_public_are_not_in_the_text_of_the_post():
    file = CASES / "ours" / "notes-and-shop.xml"
    (text,) = (
        from_html(html, render=render).text
        for item, html in contents()
        if item.id == 101 and file in files()
    )
    assert not re.search(r"secword-a0[1-3]", text)
    assert all(f"pubword-a0{number}" in text for number in (1, 2, 3, 4))


# Paragraphs.


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("One\n\nTwo\nlines", "One\n\nTwo\\\nlines"),
        ("One\r\n\r\nTwo", "One\n\nTwo"),
        ("a<br />\nb<br>c", "a\\\nb\\\nc"),
        ("<h2>A</h2>\ntext\n<h3>B</h3>", "## A\n\ntext\n\n### B"),
        ("<blockquote>a\n\nb</blockquote>", "> a\n>\n> b"),
        ("<div>a\n\nb</div>c", "a\n\nb\n\nc"),
        ("<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>\nc", "- a\n- b\n\nc"),
        ("<pre>\na\n\n  b\n</pre>\nc", "```\na\n\n  b\n```\n\nc"),
        ("<p>a\nb</p>", "a\\\nb"),
        ("a <em>b\nc</em>", None),
        ("a\n<!--more-->\nb", "a\n\n<!--more-->\n\nb"),
        ("a\n\n<!--nextpage-->\n\nb", "a\n\nb"),
        ("<script>\n\nx\n\n</script>a\n\n<style>\n\nb</style>", "a"),
        ("a\nhttps://a.example/x\n\nhttps://b.example/\n\nc", None),
    ],
)
def test_text_of_the_classic_editor_has_paragraphs(typed, expected):
    assert expected is None or markdown(typed) == expected
    assert "<p>" not in markdown(typed)


def test_a_text_of_blocks_gets_no_others():
    typed = "<!-- wp:paragraph -->\n<p>a\nb</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:more -->"
    assert markdown(f"{typed}\n<!--more-->\n<!-- /wp:more --><p>c</p>") == "a b\n\n<!--more-->\n\nc"


def test_an_address_alone_on_its_line_is_a_link():
    assert markdown("a\n\nhttps://b.example/c\n\nd") == "a\n\n<https://b.example/c>\n\nd"


# Shortcodes.

PICTURES = {
    7: Attachment("https://old.example/7.jpg", "Seven", "The <i>7</i>"),
    8: Attachment("https://old.example/8.jpg"),
}
CAPTIONED = '![A](/a.jpg "S")'


def around(**options):
    return Surroundings(attachments=PICTURES.get, **options)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('[caption id="x"]<a href="/a.jpg"><img src="/a.jpg" alt="A"/></a> S[/caption]', CAPTIONED),
        ('[caption caption="S"]<img src="/a.jpg" alt="A">[/caption]', CAPTIONED),
        ('[caption width="3"]<img src="/a.jpg" alt="A" width="300" />S[/caption]', CAPTIONED),
        ('[gallery ids="8"]', "![](https://old.example/8.jpg)"),
        ("[gallery]", "![](https://old.example/8.jpg)"),
        ("[embed]https://a.example/[/embed]", "<https://a.example/>"),
        (
            "[youtube https://www.youtube.com/watch?v=abcdefgh]",
            "<https://www.youtube.com/watch?v=abcdefgh>",
        ),
        ("[vimeo 12345]", "<https://vimeo.com/12345>"),
        ('[audio mp3="https://a.example/a.mp3"][/audio]', "<https://a.example/a.mp3>"),
        (
            '[code lang="php"]\n<?php\n\n  if (a < b) *x*\n[/code]',
            "```php\n<?php\n\n  if (a < b) *x*\n```",
        ),
        ('[cce lang="php"]$a["b"][c_d]; // *e*[/cce]', '```php\n$a["b"][c_d]; // *e*\n```'),
        ("[ccnle_java]<b>x</b>\n\n[gallery][/ccnle_java]", "```java\n<b>x</b>\n\n[gallery]\n```"),
        ("[csharp]List<int> a;[/csharp]b", "```csharp\nList<int> a;\n```\n\nb"),
        ("<code>$_FILES[tmp_name] [[gallery]]</code>", "`$_FILES[tmp_name] [gallery]`"),
        ("$a[tmp_name] b[c_d]", "$a[tmp_name] b[c_d]"),
        ('[cce]<div id="x">\n&lt;b&gt;</div>\nc[/cce]', "```\n<b>\nc\n```"),
        ('<pre lang="php" line="1"><?php\n\n"<b>"</pre>c', '```php\n<?php\n\n"<b>"\n```\n\nc'),
        (
            "İİİİ [code]a[/code] b <pre>c</pre> <style>d</style>e",
            "İİİİ\n\n```\na\n```\n\nb\n\n```\nc\n```\n\ne",
        ),
        ("[quote]So.[/quote]", "> So."),
        ("[code]a &lt; b[/code]", "```\na < b\n```"),
        ("a[ref]The <b>note</b>[/ref] b", "a[^1] b\n\n[^1]: The **note**"),
        ("[[gallery]] is a shortcode", "[gallery] is a shortcode"),
        ('a [unknown x="1"]b[/unknown] c', "a b c"),
        ("a [my_plugin] b [/stray] [sic] [1] [Update] [x]", None),
        ('[contact-form-7 id="1" title="Write"]a', "a"),
        ("[dropcap]O[/dropcap]nce", "Once"),
    ],
)
def test_shortcodes(typed, expected):
    made = markdown(typed, around(gallery=(8,)))
    assert expected is None or made == expected
    assert not SHORTCODE.search(made) or "[gallery]" in expected


def test_words_in_brackets_are_words():
    made = markdown("a [my_plugin] b [sic] [1] [Update] [x] [self-evident]")
    assert made == "a  b [sic] [1] [Update] [x] [self-evident]"


def test_a_gallery_shows_captions_and_counts_what_it_cannot_find():
    known = around()
    made = markdown('[gallery include="7,9" size="full"]', known)
    assert made.startswith('<figure><img src="https://old.example/7.jpg" alt="Seven"> <figcaption>')
    assert known.left == {"picture of a gallery": 1}


def test_what_stays_behind_is_counted():
    known = around()
    typed = (
        '[contact-form][x a="b"]<form><label>Name</label><input></form><iframe src="/a"></iframe>'
    )
    assert markdown(f"{typed}a", known) == "[/a](/a)\n\na"
    assert known.left == {"form": 2, "[x]": 1, "player": 1}


def test_a_form_around_a_text_is_taken_away_and_its_text_is_not():
    text = "Many words. " * 40
    assert markdown(f"<form><p>{text}</p><input></form>") == text.strip()


@pytest.mark.parametrize(
    "typed",
    [
        '[vc_row][vc_column width="1/2"][vc_custom_heading text="A title"][vc_column_text]\n\nOne '
        '<b>two</b>\n\n[/vc_column_text][vc_single_image image="8"][/vc_column][/vc_row]',
        '[et_pb_section admin_label="x"][et_pb_row][et_pb_column type="4_4"]'
        '[et_pb_blurb title="A title"]<p>One <b>two</b></p>[/et_pb_blurb]'
        '[et_pb_image src="https://old.example/8.jpg" /][/et_pb_column][/et_pb_row]'
        "[/et_pb_section]",
        '[fusion_builder_container][av_heading heading="A title"][av_textblock]One <b>two</b>'
        '[/av_textblock][av_image src="https://old.example/8.jpg"][/fusion_builder_container]',
    ],
)
def test_the_text_of_page_builders_is_read_and_their_layout_is_not(typed):
    assert markdown(typed, around()) == (
        "### A title\n\nOne **two**\n\n![](https://old.example/8.jpg)"
    )


# Blocks and tags.


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<figure class="wp-block-pullquote"><blockquote><p>So it is.</p><cite>Ann</cite>'
            "</blockquote></figure>",
            "::: pullquote\nSo it is.\n\nAnn\n:::",
        ),
        ('<blockquote class="x pull-quote y">So.</blockquote>', "::: pullquote\nSo.\n:::"),
        ('<div class="pullquote"><p>So.</p></div>', "::: pullquote\nSo.\n:::"),
        ('<blockquote class="wp-block-quote"><p>So.</p></blockquote>', "> So."),
        ('<pre class="wp-block-verse">One\n  two</pre>', "One\\\n\xa0\xa0two"),
        ('<pre class="brush: php; notranslate">a</pre>', "```php\na\n```"),
        ('<pre class="wp-block-code"><code lang="css">a</code></pre>', "```css\na\n```"),
        (
            '<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">\n'
            "https://youtu.be/abcdefgh\n</div><figcaption>A talk</figcaption></figure>",
            "[A talk](https://www.youtube.com/watch?v=abcdefgh)",
        ),
        (
            '<figure class="wp-block-video"><video controls src="https://a.example/v.mp4"></video>'
            "</figure>",
            "<https://a.example/v.mp4>",
        ),
        (
            '<iframe title="A talk" src="//player.vimeo.com/video/12?x=1" width="1"></iframe>',
            "[A talk](https://vimeo.com/12)",
        ),
        (
            "<video><source src='https://a.example/v.mp4'>No video? <a href='/x'>x</a></video>a",
            "<https://a.example/v.mp4>\n\na",
        ),
        (
            '<object><param name="movie" value="https://www.youtube.com/v/abcdefgh"><embed src="y">'
            "</object>",
            "<https://www.youtube.com/watch?v=abcdefgh>",
        ),
        (
            '<div class="wp-block-file"><a href="https://a.example/f.pdf">F</a>'
            '<a href="https://a.example/f.pdf" class="wp-block-file__button">Download</a></div>',
            "[F](https://a.example/f.pdf)",
        ),
        (
            '<ul class="blocks-gallery-grid"><li class="blocks-gallery-item"><figure>'
            '<img src="/a.jpg" alt="A"/></figure></li></ul>',
            "![A](/a.jpg)",
        ),
        (
            '<a href="https://a.example/u/p.jpg"><img src="https://a.example/u/p-300x200.jpg"></a>',
            "![](https://a.example/u/p.jpg)",
        ),
        ('<img src="data:image/gif;base64,R0" data-src="/a.jpg" alt="A">', "![A](/a.jpg)"),
        ('<img class="wp-smiley" src="/s.gif" alt=":)"> a', ":) a"),
        ('<img src="/pixel.gif" width="1" height="1">a', "a"),
        (
            '<div class="wp-block-cover" style="background-image:url(/a.jpg)"><p>b</p></div>',
            "![](/a.jpg)\n\nb",
        ),
        (
            '<table><tr><th class="has-text-align-right">a</th><th style="text-align:center">b</th>'
            '<th align="left">c</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>',
            "| a | b | c |\n|--:|:-:|:--|\n| 1 | 2 | 3 |",
        ),
        ("<p>a&nbsp;&amp; b &eacute;&#233;</p>", "a\xa0& b éé"),
    ],
)
def test_blocks(html, expected):
    assert markdown(f"<!-- wp:html -->{html}<!-- /wp:html -->") == expected


def test_footnotes_of_blocks():
    notes = footnotes('[{"id":"u-1","content":"A <em>note</em>"},{"id":"u-2","content":"B"}]')
    html = '<!-- wp:paragraph --><p>a<sup data-fn="u-2" class="fn"><a href="#u-2">2</a></sup> b</p>'
    made = markdown(html, Surroundings(notes=notes))
    assert made == "a[^2] b\n\n[^1]: A *note*\n\n[^2]: B"
    assert footnotes("{") == footnotes("[1]") == footnotes("") == {}


def test_blocks_that_posts_share_are_read_in_their_place():
    html = '<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph --><!-- wp:block {"ref":5} /-->'
    assert markdown(html, reusable={5: "<p>shared</p>"}.get) == "a\n\nshared"
    endless = markdown(html, reusable=lambda number: f"{html}{html}")
    assert len(endless) < 10_000


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('a <mark class="wp-note" data-id="3">b</mark> c', "a b c"),
        ('a <mark class="wp-suggestion-add">SECRET</mark>b', "a b"),
        ('a <mark class="wp-suggestion-del">b</mark> c', "a b c"),
        ('a <mark class="wp-suggestion-format">b</mark> c', "a b c"),
        ('a <mark data-suggestion-type="add" class="wp-suggestion">SECRET</mark>b', "a b"),
        ('a <mark class="wp-suggestion-add">S<mark class="wp-note">T</mark>S</mark>b', "a b"),
        ('<mark class="wp-suggestion-del">a<mark class="wp-suggestion-add">S</mark>b</mark>', "ab"),
        ('a <mark class="wp-suggestion-add">SECRET</p><p>b', "a\n\nb"),
        ('a <mark class="wp-suggestion-add"><em>S</em><img src="/s"></mark>b', "a b"),
        ("a <mark>b</mark>", "a <mark>b</mark>"),
    ],
)
def test_what_editors_suggested_to_each_other_is_not_public(html, expected):
    html = f"<!-- wp:paragraph --><p>{html}</p><!-- /wp:paragraph -->"
    assert markdown(html) == expected


PENDING = '<!-- wp:{} {{"metadata":{{"suggestion":{{"type":"pending-insert"}}}}}} -->'


@pytest.mark.parametrize(
    "block",
    [
        f"{PENDING.format('paragraph')}<p>SECRET</p><!-- /wp:paragraph -->",
        f"{PENDING.format('group')}<div><!-- wp:group --><div><p>SECRET</p></div><!-- /wp:group -->"
        "<p>SECRET</p></div><!-- /wp:group -->",
        f"{PENDING.format('list')}<ul><!-- wp:li --><li>SECRET</li><!-- /wp:li --></ul>"
        "<!-- /wp:list -->",
        '<!-- wp:suggestion-placeholder {"type":"pending-insert"} /-->',
    ],
)
def test_blocks_that_are_only_suggested_are_dropped(block):
    html = f"<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->{block}<p>b</p>"
    assert markdown(html) == "a\n\nb"


# Addresses.


@pytest.mark.parametrize(
    ("address", "last"),
    [
        ("https://a.example/p-300x200.jpg", "https://a.example/p.jpg"),
        ("https://a.example/p-scaled.jpg?w=3", "https://a.example/p.jpg"),
        ("https://a.example/p-e1285623412345-30x20.png", "https://a.example/p.png"),
        ("https://i0.wp.com/a.example/p.jpg?ssl=1", "https://a.example/p.jpg"),
        ("https://a.example/300x200.jpg", "https://a.example/300x200.jpg"),
    ],
)
def test_the_original_of_a_picture_is_looked_for_last(address, last):
    assert candidates(address)[-1] == last
    assert is_same_picture(address, last)
    assert not is_same_picture(address, "https://a.example/q.jpg")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("b.jpg", "https://a.example/2011/05/b.jpg"),
        ("../x/?y=1#z", "https://a.example/2011/x/?y=1#z"),
        ("/b", "https://a.example/b"),
        ("//b.example/c", "https://b.example/c"),
        (" mailto:a@b.example ", "mailto:a@b.example"),
        ("http://[", "http://["),
    ],
)
def test_relative_addresses_belong_to_the_page_of_the_item(typed, meant):
    assert absolute(typed, "https://a.example/2011/05/title") == meant


@pytest.mark.parametrize(
    ("player", "page"),
    [
        (
            "//www.youtube-nocookie.com/embed/abcdefgh?rel=0",
            "https://www.youtube.com/watch?v=abcdefgh",
        ),
        (
            "https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b&amp;x",
            "https://soundcloud.com/a/b",
        ),
        ("https://open.spotify.com/embed/track/12ab", "https://open.spotify.com/track/12ab"),
        ("https://a.example/[", "https://a.example/["),
        ("https://[", "https://["),
    ],
)
def test_a_player_leads_to_its_page(player, page):
    assert page_of(player) == page


# Anything.

UNITS = [
    *("[a]", "[/a]", "[caption]", "[/caption]", "[vc_row]", "[[", "]]", "[code]", "[/code]"),
    *(
        "<pre>",
        "</pre>",
        "<p>",
        "</p>",
        "<form>",
        "</form>",
        "<mark",
        ">",
        '"',
        "<video>",
        "</video>",
    ),
    *("<!-- wp:a -->", "<!-- /wp:a -->", "<!--", "-->", '<iframe src="/x">', "</iframe>", "&amp;"),
    *(
        '<figure class="wp-block-embed">',
        "</figure>",
        "\n\n",
        "\n",
        "a",
        "<script>",
        "</script>",
        "</video>",
    ),
    *('[gallery ids="7"]', '<mark class="wp-suggestion-add">', '<p class="pullquote">', "</mark>"),
]
NESTED = [
    ('<mark class="wp-note">a', "</mark>"),
    ("<form>a", "</form>"),
    ('<figure class="wp-block-embed">a', "</figure>"),
    ("<!-- wp:a -->", "<!-- /wp:b -->"),
    ("<i>", "</b>"),
    ("[vc_row]a", "[/vc_row]"),
]
SLOW = ['[a "', "[a x='", "[vc_row]a", "<pre", "<!-- wp:a --", "<a <", "<br>", " ", "<p> "]


@given(st.lists(st.sampled_from(UNITS), max_size=25).map("".join))
def test_any_text_is_read(text):
    made = from_html(to_html(text, around()), render=render)
    assert made.is_alike


@pytest.mark.parametrize("unit", [*UNITS, *SLOW])
def test_time_grows_with_the_length(unit):
    begun = time.process_time()
    to_html(unit * (60_000 // len(unit)), around())
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(("start", "end"), NESTED)
def test_time_grows_with_the_depth(start, end):
    begun = time.process_time()
    to_html(start * 10_000 + end * 10_000, around())
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "tag", ["end", "write", "push", "pop", "box", "img", "link", "open_mark", "x"]
)
def test_a_tag_of_any_name_is_read(tag):
    assert markdown(f"<p>a<{tag}>b</{tag}></p>") in ("ab", "ab\n\n")
