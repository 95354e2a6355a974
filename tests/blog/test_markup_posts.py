"""What an editor types, and what stands on the page."""

import pytest

from blog.text.markup import count_links, for_feed, highlight, render
from blog.text.sanitizer import sanitize
from comments.rules.word_lines import span_finder

PULL_QUOTE = "The city slept. Nobody came.\n\n::: pullquote\n{}\n:::\n\nAnd then it rained."


def html(text):
    return render(text, "p12-").html


def test_hash_headings_start_at_the_second_level():
    assert [h.level for h in render("# a\n## b\n### c", "").headings] == [2, 2, 3]
    assert "<h1" not in html("# a\n\n<h1>b</h1>")


def test_heading_ids_keep_letters_of_every_script_and_are_unique():
    rendered = render("## Élan’s: größe\n\n## a\n\n## a 2\n\n## a\n\n## ???", "")
    ids = [heading.id for heading in rendered.headings]
    assert ids == ["h-élans-größe", "h-a", "h-a-2", "h-a-3", "h-section"]
    assert all(f'id="{name}"' in rendered.html for name in ids)


def test_a_heading_needs_a_space_and_may_close_with_hashes():
    assert html("#Gaza") == "<p>#Gaza</p>"
    assert render("## C# and F# ##", "").headings[0].text == "C# and F#"


@pytest.mark.parametrize(
    "text",
    ["a * b", "word* and more", "*", "Title\n===", "            Centred title", "5 > 4 & 3 < 4"],
)
def test_plain_typing_is_not_markup(text):
    rendered = render(text, "")
    assert rendered.text == text.strip()
    assert "<h" not in rendered.html and "<pre" not in rendered.html and "<em" not in rendered.html


def test_a_line_of_dashes_never_turns_the_text_above_into_a_heading():
    assert html("Some text\n---\nmore") == "<p>Some text</p>\n<hr>\n<p>more</p>"


def test_a_numbered_list_keeps_its_first_number():
    assert '<ol start="1984">' in html("1984. A great book")


def test_a_pull_quote_is_neither_counted_nor_searched_nor_in_the_excerpt():
    rendered = render(PULL_QUOTE.format("Nobody came."), "")
    assert rendered.words == 9
    assert rendered.text.count("Nobody came") == 1
    assert rendered.excerpt == "The city slept. Nobody came. And then it rained."


def test_a_pull_quote_that_repeats_the_text_is_not_read_twice():
    repeated = html(PULL_QUOTE.format("[Nobody](https://a.example/) *came*."))
    assert '<aside class="pullquote" aria-hidden="true">\n<p>Nobody <em>came</em>.</p>' in repeated
    assert "<a " not in repeated


def test_a_pull_quote_that_stands_nowhere_else_is_read():
    assert '<aside class="pullquote">' in html(PULL_QUOTE.format("Somebody came."))


def test_a_pull_quote_never_closed_is_shown_as_typed():
    assert "::: pullquote" in html("::: pullquote\n\nfor ever")


def test_table_alignment_is_a_class():
    page = html("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<th class="align-left">a</th>' in page and '<td class="align-right">2</td>' in page
    assert "style" not in page


def test_a_lone_picture_with_a_title_is_a_figure():
    assert html('![A dog](/media/dog.jpg "Rex, 2026")') == (
        '<figure><img loading="lazy" decoding="async" alt="A dog" src="/media/dog.jpg">'
        "<figcaption>Rex, 2026</figcaption>\n</figure>"
    )


def test_every_picture_waits_until_it_is_needed():
    page = html('Text ![](/media/a.jpg) and <img src="/media/b.jpg" loading="eager">')
    assert page.count('loading="lazy" decoding="async"') == 2 and "eager" not in page


def test_code_is_coloured_only_by_the_language_that_the_fence_names():
    assert '<span class="k">def</span>' in html("```python\ndef f(): pass\n```")
    assert html("```nosuch\n<b>\n```") == '<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>'
    assert "<span" not in html("```\ndef f(): pass\n```")


def test_marks_in_code_do_not_make_a_post_too_dear():
    code = "```c\nfor (i = 0; i<n; i++) a[i] |= b_c;\n```\n\n" * 400
    assert "<em>yes</em>" in html(f"{code}*yes*")


def test_code_made_to_be_slow_has_no_colours():
    assert "<span" not in html("```python\n" + "(" * 500 + "\n```")
    assert html("```python\nx = 1\n```\n" * 2 + "```python\n" + "#\n" * 10_000).count("<div") == 2


def test_a_fence_never_closed_runs_to_the_end():
    assert html("```\n# a\n\n*b*") == '<pre tabindex="0"><code># a\n\n*b*\n</code></pre>'


def test_footnotes_carry_the_prefix_of_their_post():
    page = html("One[^a b], again[^a b].\n\n[^a b]: The note.")
    for name in ("p12-fnref-1", "p12-fnref2-1", "p12-fn-1"):
        assert page.count(f' id="{name}"') == 1
        assert f'href="#{name}"' in page


def test_an_empty_footnote_does_no_harm():
    assert "One" in html("One[^1].\n\n[^1]:")


def test_footnote_marks_are_not_words():
    assert render("One[^1] two.\n\n[^1]: Three.", "").text == "One two.\nThree."


def test_definition_lists_abbreviations_and_tasks():
    page = html("Term\n:   Meaning of HTML\n\n- [ ] open\n- [x] done\n\n*[HTML]: Hypertext")
    assert "<dt>Term</dt>" in page and '<abbr title="Hypertext">HTML</abbr>' in page
    assert "<li>☐ open</li>" in page and "<li>☑ done</li>" in page


def test_quotations_inside_a_paragraph_keep_their_source():
    typed = '<q cite="https://a.example/">so</q> said <cite>Ann</cite>, “so”'
    assert html(typed) == f"<p>{typed}</p>"


def test_quotes_and_dashes_stay_as_typed():
    assert html("\"a\" -- 'b'...") == "<p>\"a\" -- 'b'...</p>"


def test_an_unknown_tag_is_shown():
    assert html("<Citizen Kane> again") == "<p>&lt;Citizen Kane&gt; again</p>"


def test_an_authors_own_ids_and_names_are_dropped():
    page = html('<h2 id="body">a</h2><img src="/a.png" name="cookie"><p id="location">b</p>')
    assert 'id="h-a"' in page
    assert "body" not in page and "cookie" not in page and "location" not in page


@pytest.mark.parametrize(
    "address",
    [
        "javascript:123",
        "&#x2060;javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "JAVASCRIPT:x",
    ],
)
def test_other_schemes_lead_nowhere(address):
    assert "href" not in html(f'[a]({address}) <a href="{address}">b</a>')


@pytest.mark.parametrize(
    "address", ["https://a.example/", "mailto:a@b.example", "tel:+49", "/a/", "#h-a"]
)
def test_addresses_that_readers_need_are_kept(address):
    assert html(f"[a]({address})") == f'<p><a href="{address}">a</a></p>'


def test_the_excerpt_ends_after_55_words_with_an_ellipsis():
    words = [f"w{n}&amp;" for n in range(60)]
    excerpt = render("## Heading\n\n" + " ".join(words), "").excerpt
    assert excerpt.startswith("w0& w1&") and excerpt.endswith(" w54&…")
    assert render(" ".join(words[:55]), "").excerpt.endswith("w54&")


def test_the_excerpt_leaves_out_what_is_not_the_story():
    table = "| a |\n|---|\n| b |\n\nTable: c"
    text = f'A[^1].\n\n```\ncode\n```\n\n{table}\n\n![a](/b.png "Caption")\n\n## Heading'
    text += "\n\nB.\n\n[^1]: Note."
    assert render(text, "").excerpt == "A. B."


def test_the_editor_may_end_the_excerpt():
    rendered = render("One *two*.\n\n<!--more-->\n\nThree.", "")
    assert rendered.excerpt == "One two."
    assert "more" not in rendered.html and "Three." in rendered.html


def test_a_feed_gets_whole_addresses_and_no_pull_quote():
    page = html(PULL_QUOTE.format("Nobody came.") + "[^1] ![](/media/a.jpg)\n\n[^1]: x")
    feed = for_feed(page + '<img srcset="/a.jpg 1x, /b.jpg 2x">', "https://b.example/2026/11/x/")
    assert "pullquote" not in feed
    assert 'href="https://b.example/2026/11/x/#p12-fn-1"' in feed
    assert 'src="https://b.example/media/a.jpg"' in feed
    assert 'srcset="https://b.example/a.jpg 1x, https://b.example/b.jpg 2x"' in feed


@pytest.mark.parametrize("said", ["see src=", "srcset=", "cite=", "href=", "a src=&quot;/b&quot;"])
def test_an_alternative_text_that_looks_like_an_attribute_does_not_break_a_feed(said):
    feed = for_feed(html(f'<img alt="{said}" src="/a.jpg" title="{said}">'), "https://b.example/")
    assert f'alt="{said}" src="https://b.example/a.jpg" title="{said}">' in feed


def test_a_broken_address_does_not_break_a_feed():
    assert for_feed('<a href="http://[">', "https://b.example/") == '<a href="http://[">'


def test_found_words_are_marked_in_text_and_never_in_a_tag():
    marked = highlight(
        html("AT&amp;T spam [Spam](https://spam.example/)"), span_finder(["spam", "amp"])
    )
    assert marked == (
        '<p>AT&amp;T <mark>spam</mark> <a href="https://spam.example/"><mark>Spam</mark></a></p>'
    )


def test_what_is_stored_passes_the_sanitizer_unchanged():
    text = (
        PULL_QUOTE.format("Nobody came.")
        + '[^1]\n\n# H\n\n![a](/b "c")\n\n[^1]: n\n\n```c\nint a;\n```'
    )
    page = html(text)
    assert sanitize(page) == page.replace('<pre tabindex="0">', "<pre>") != page


def test_a_picture_cannot_be_written_inside_a_description():
    page = html('<img src="/a.png" alt="<img src=x onerror=y>">')
    assert page.count("loading=") == 1 and sanitize(page) == page


def test_a_very_long_essay_is_rendered_in_full():
    part = "## Part\n\nThe *lake* was [cold](/lake/), **still**[^1] and" + " as ever" * 40 + "."
    rendered = render("\n\n".join([part] * 420) + "\n\n[^1]: Note.", "")
    assert rendered.words > 36_000
    assert len(rendered.headings) == 420 and "<em>lake</em>" in rendered.html


def test_a_title_that_looks_like_an_address_is_no_link():
    assert count_links(html('<a title=" href=">a</a>')) == 0
    assert count_links(html('<a title=" href=" href="/b">a</a>')) == 1
