"""A reader looks for a post whose words they half remember, from the header to the text."""

from urllib.parse import unquote

from tests.e2e.conftest import press, run_axe

BODY = "The last ferry to Łódź left at a quarter past seven. " * 3


def make(site, scene: str) -> str:
    """`scene` is a word of its own: other scenes have ferries too."""
    text = f"{BODY} Seen by Søren {scene}."
    return site.python(
        "from tests.factories import make_post;"
        f"print(make_post(title='Søren and the ferry', body={text!r}, tags=['Ferries']).path)"
    )


def answer(site, path: str, body: str) -> str:
    return site.python(
        "from blog.models import Post; from tests.factories import make_comment;"
        f"post = Post.objects.get(path={path!r});"
        f"print(make_comment(post=post, body={body!r}, status='approved').public_id)"
    )


def results(page) -> list[str]:
    return page.locator(".result h2").all_inner_texts()


def test_search_like_a_reader(view, site):
    path = make(site, view.scene)
    reader = view.reader()
    reader.goto("/tags/")
    # A box where there is room; on a phone a link to the page of the search.
    box, link = reader.locator(".bar [name=q]"), reader.locator(".bar a", has_text="Search")
    assert box.is_visible() != link.is_visible()
    if link.is_visible():
        press(link)
        box = reader.locator("#q")
    box.fill(f"soren lodz {view.scene}")
    press(reader.locator("main, .bar").get_by_role("button", name="Search").first)
    assert results(reader) == ["Søren and the ferry"]
    assert reader.locator(".result mark").first.inner_text() == "Søren"
    assert "1 result" in reader.locator("main").inner_text()
    # Better said: a phrase, without a word, in a subject.
    for typed, found in {
        f'"last ferry" {view.scene}': 1,
        f'"ferry last" {view.scene}': 0,
        f"ferr {view.scene} -lodz": 0,
        f"tag:ferries {view.scene}": 1,
    }.items():
        reader.locator("#q").fill(typed)
        press(reader.locator("main").get_by_role("button", name="Search"))
        assert len(results(reader)) == found, typed
        assert reader.locator("#q").input_value() == typed
    comment = answer(site, path, f"I missed the lantern of {view.scene} too.")
    reader.locator("#q").fill(f"lantern {view.scene}")
    press(reader.locator("main").get_by_role("button", name="Search"))
    assert results(reader) == []
    said = reader.locator(".found li")
    assert said.locator("mark").first.inner_text() == "lantern"
    view.shot(reader, "found")
    if view.script:
        assert run_axe(reader).violations_count == 0
    press(said.get_by_role("link"))
    assert reader.url.endswith(f"#comment-{comment}")
    reader.go_back()
    reader.go_back()
    press(reader.locator(".result h2 a"))
    assert unquote(reader.url).endswith(path)
    reader.go_back()
    assert results(reader) == ["Søren and the ferry"]


def test_nothing_found_and_too_much_typed(view, site):
    make(site, view.scene)
    reader = view.reader()
    reader.goto("/search/")
    reader.locator("#q").fill(f"nowhere {view.scene}")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/search/?q=*")
    said = reader.locator("main").inner_text()
    assert "No post has these words." in said and "The newest posts" in said
    assert reader.locator("main .card").count()
    reader.goto("/search/?q=" + "ferry" * 60)
    assert reader.locator("[role=alert]").inner_text().startswith("The search text is too long")
    assert reader.locator("#q").input_value() == "ferry" * 60
