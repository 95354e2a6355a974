"""Scene "fortyfive_tags": an editor types 45 tags, by completion and by pasting a list."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import press
from tests.e2e.editor import look, open_new, unfold

NUMBER = 45
TITLE = "A speech with everything in it"
KNOWN = ("Keir Starmer", "Keiretsu", "Iran", "Iran war")
# How many posts have each of them; the ones of the demo stay out of it.
MAKE = """
from tests.factories import make_post
for names in ("Keir Starmer, Iran", "Keir Starmer", "Keiretsu", "Iran war, Élite", "Iran war"):
    make_post(status="draft", tags=names.split(", "))
"""


def tag_names(page) -> list[str]:
    return re.split(r"[,\n]\s*", page.locator("[name=tags]").input_value())


def add_by_completion(page) -> None:
    field = page.get_by_role("combobox", name="Add a tag")
    options = page.get_by_role("listbox", name="Tags").get_by_role("option")
    # By keyboard, the most used first.
    field.press_sequentially("keir")
    expect(options).to_have_count(2)
    assert options.first.inner_text().startswith("Keir Starmer")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(page.locator(".tags-field [role=status]")).to_have_text("Added: Keir Starmer.")
    # By pointer; what is there is not offered again.
    field.press_sequentially("iran")
    options.filter(has_text="Iran war").click()
    field.press_sequentially("keir")
    expect(options).to_have_count(1)
    # Escape closes, and what was typed stays until the field is left.
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.input_value() == "keir"
    field.fill("")
    # Without its accent.
    field.press_sequentially("elit")
    expect(options).to_have_text([re.compile("^Élite")])
    field.fill("")
    # A new one, by a comma and by Enter.
    field.press_sequentially("Sea walls,")
    field.press_sequentially("Harbours")
    field.press("Enter")
    # A word that is left in the field is no word lost.
    field.press_sequentially("Piers")
    page.locator("[name=title]").focus()
    assert tag_names(page) == ["Keir Starmer", "Iran war", "Sea walls", "Harbours", "Piers"]


PASTE = """(field, text) => {
  const transfer = new DataTransfer();
  transfer.setData("text/plain", text);
  const options = { clipboardData: transfer, bubbles: true, cancelable: true };
  field.dispatchEvent(new ClipboardEvent("paste", options));
}"""


def test_an_editor_types_45_tags(view):
    view.site.python(MAKE)
    page = open_new(view)
    unfold(page)
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=body]").fill("It was long, and named them all.\n\nNobody counted.")
    names = [*KNOWN[:1], "Iran war", "Sea walls", "Harbours", "Piers"]
    names += [f"Village {number}" for number in range(NUMBER - len(names))]
    if view.script:
        add_by_completion(page)
        # The list of a colleague: commas, lines, and two that are there already.
        rest = ", ".join(names[5:25]) + ";\n" + "\n".join(["keir starmer", "PIERS", *names[25:]])
        page.get_by_role("combobox", name="Add a tag").evaluate(PASTE, rest)
        assert tag_names(page) == names
        label = page.get_by_role("combobox", name="Label on cards")
        label.press_sequentially("iran")
        page.get_by_role("option", name="Iran war").click()
        expect(label).to_have_value("Iran war")
        look(view, page, "tags")
    else:
        assert (
            page.get_by_label("Add a tag").count() == 0
            or not page.get_by_label("Add a tag").is_visible()
        )
        page.locator("[name=tags]").fill("\n".join(names[:25]) + ",, " + "; ".join(names[25:]))
        page.locator("[name=lead_tag]").fill("Iran war")
    press(page.get_by_role("button", name="Save draft"))
    assert tag_names(page) == names
    assert page.locator("[name=lead_tag]").input_value() == "Iran war"
    press(page.get_by_role("button", name="Publish", exact=True))
    saved = view.site.rows("SELECT path FROM blog_post WHERE title = ? ORDER BY id", TITLE)
    page.goto(saved[-1]["path"])
    links = page.locator("a[rel=tag]")
    assert links.count() == NUMBER
    assert page.locator("p.label").first.inner_text().lower() == "iran war"
    view.shot(page, "page")
    press(links.filter(has_text="Sea walls"))
    assert TITLE in page.locator("main").inner_text()
