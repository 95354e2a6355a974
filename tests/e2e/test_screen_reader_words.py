"""What a screen reader says of the queue: each decision, and the card in the order in which it is
read."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import on_a_desk, press, with_script
from tests.e2e.waiting_room import card, statuses, wait

# Everything that was said, in order: the live region is changed, never replaced.
LISTEN = """
    window.said = [];
    const live = document.getElementById("live");
    new MutationObserver(() => said.push(live.textContent.trim()))
      .observe(live, { childList: true, characterData: true, subtree: true });
"""


def heard(page, words: str) -> None:
    page.wait_for_function("words => said.some(text => text.includes(words))", arg=words)


@with_script
def test_each_decision_is_said(view, site):
    site.forget_comments()
    ids = wait(site, [f"Said aloud, {n}, {view.scene}" for n in range(4)], author_name="Ana Loud")
    mo = view.staff("mo")
    mo.goto("/moderation/")
    mo.evaluate(LISTEN)
    live = mo.locator("#live")
    assert live.get_attribute("role") == "status"
    verbs = {"Approve": "approved.", "Spam": "marked as spam.", "Trash": "moved to trash."}
    for pk, (name, words) in zip(ids, verbs.items(), strict=False):
        card(mo, pk).get_by_role("button", name=name).click()
        expect(live).to_have_text(re.compile(rf"^Comment by Ana Loud {words}\s*$"))
        expect(card(mo, pk).get_by_role("button", name="Undo")).to_be_focused()
    mo.keyboard.press("Enter")
    expect(live).to_have_text("Comment by Ana Loud is back.")
    expect(card(mo, ids[2])).to_be_focused()
    # Lost: who was faster is said, not only shown.
    edith = view.staff("edith")
    edith.goto(f"/moderation/{ids[3]}/history/")
    press(edith.get_by_role("button", name="Approve"))
    card(mo, ids[3]).get_by_role("button", name="Spam").click()
    expect(live).to_contain_text("Edith approved the comment by Ana Loud at ")

    mo.goto("/moderation/?tab=approved")
    mo.evaluate(LISTEN)
    card(mo, ids[0]).get_by_role("button", name="Unapprove").click()
    expect(mo.locator("#live")).to_have_text("Comment by Ana Loud unapproved.")
    mo.locator(f"#comment-{ids[3]} .pick").click()
    mo.locator("#bulk").get_by_role("button", name="Trash").click()
    expect(mo.locator("#live")).to_have_text("Comment by Ana Loud moved to trash.")
    assert statuses(site, ids) == dict(
        zip(ids, ["pending", "spam", "pending", "trash"], strict=True)
    )


@on_a_desk
def test_restore_keep_and_several_are_said(view, site):
    site.forget_comments()
    loud = {"author_name": "Ana Loud"}
    (spam,) = wait(site, [f"Out of spam, {view.scene}"], status="spam", **loud)
    (kept,) = wait(site, [f"Rude, says a reader, {view.scene}"], status="approved", **loud)
    many = wait(site, [f"Three at once, {n}, {view.scene}" for n in range(3)], **loud)
    site.python(
        "from comments.models import Comment, Report;"
        f"Report.submit(Comment.objects.get(public_id={kept}), 'Rude.', '198.51.100.0/24')"
    )
    mo = view.staff("mo")
    live = mo.locator("#live")
    mo.goto("/moderation/?tab=spam")
    card(mo, spam).get_by_role("button", name="Restore").click()
    expect(live).to_have_text("Comment by Ana Loud restored.")
    mo.goto("/moderation/?tab=reported")
    card(mo, kept).get_by_role("button", name="Keep: comment by Ana Loud").click()
    expect(live).to_have_text("Comment by Ana Loud kept.")

    mo.goto("/moderation/")
    edith = view.staff("edith")
    edith.goto(f"/moderation/{many[1]}/history/")
    press(edith.get_by_role("button", name="Trash"))
    for pk in many:
        card(mo, pk).locator(".pick").click()
    mo.locator("#bulk").get_by_role("button", name="Approve").click()
    expect(live).to_have_text("Approve: 2 done, 1 left unchanged.")
    found = statuses(site, [spam, kept, *many])
    assert [found[pk] for pk in many] == ["approved", "trash", "approved"]
    assert (found[spam], found[kept]) == ("pending", "approved")


def test_an_answer_and_an_edit_are_said_on_the_page_that_follows(view, site):
    site.forget_comments()
    loud = {"author_name": "Ana Loud"}
    (public,) = wait(site, [f"Answer me, {view.scene}"], status="approved", **loud)
    held, wrong = wait(site, [f"Read me, {n}, {view.scene}" for n in range(2)], **loud)
    mo = view.staff("mo")
    for pk, tab, name, words in (
        (public, "approved", "Reply", "Your reply to Ana Loud is published."),
        (
            held,
            "pending",
            "Reply and approve",
            "The comment by Ana Loud and your reply are published.",
        ),
        (wrong, "pending", "Edit", "The comment by Ana Loud is changed."),
    ):
        mo.goto(f"/moderation/?tab={tab}")
        press(card(mo, pk).get_by_role("link", name=name))
        mo.locator("[name=body]").fill(f"Now it says something else, {pk}.")
        button = "Save" if name == "Edit" else name
        press(mo.get_by_role("button", name=button, exact=True))
        expect(mo.get_by_role("status").filter(has_text=words)).to_be_visible()
    assert statuses(site, [public, held, wrong]) == {
        public: "approved",
        held: "approved",
        wrong: "pending",
    }


@with_script
def test_what_is_not_sent_is_said_once(view, site):
    site.forget_comments()
    ids = wait(site, [f"Not sent, {n}, {view.scene}" for n in range(3)], author_name="Ana Loud")
    mo = view.staff("mo")
    mo.goto("/moderation/")
    mo.evaluate(LISTEN)
    mo.context.set_offline(True)
    card(mo, ids[0]).get_by_role("button", name="Approve").click()
    heard(mo, "1 not sent. The server cannot be reached.")
    for pk in ids[1:]:
        card(mo, pk).get_by_role("button", name="Spam").click()
        expect(mo.locator("#live")).to_contain_text("Spam: comment by Ana Loud, not sent yet.")
    mo.locator("#unsent").get_by_role("button", name="Send now").click()
    expect(mo.locator("#unsent")).to_contain_text("3 not sent")
    mo.context.set_offline(False)
    heard(mo, "Everything is sent.")
    said = mo.evaluate("said")
    assert sum("The server cannot be reached." in text for text in said) == 1
    assert sum("Everything is sent." in text for text in said) == 1
    assert sum(" not sent." in text for text in said) == 1
    # The count at the head is there to be read, and is no second voice.
    assert mo.locator("#unsent").get_attribute("aria-live") == "off"
    assert statuses(site, ids) == dict(zip(ids, ["approved", "spam", "spam"], strict=True))


def test_a_card_has_a_name_and_is_read_in_order(view, site):
    site.forget_comments()
    code = (
        "from tests.factories import make_comment;"
        "parent = make_comment(body='Was it the tram?', author_name='Bo First', status='approved');"
        "print(make_comment(parent=parent, body='It was.', author_name='Ana Loud',"
        " held_because=[['links', '2']]).public_id)"
    )
    pk = site.python(code)
    mo = view.staff("mo")
    mo.goto("/moderation/")
    article = mo.get_by_role("article", name=re.compile("^Ana Loud on The tram that never came"))
    expect(article).to_have_attribute("data-id", pk)
    snapshot = article.aria_snapshot()
    order = [
        'heading "Ana Loud: all comments by this address on',
        'checkbox "Select the comment by Ana Loud"',
        "In reply to Bo First:",
        "Was it the tram?",
        "It was.",
        'heading "Held because',
        "2 links",
        "not spam",
        "Waiting since",
        'button "Approve: comment by Ana Loud"',
        'button "Spam: comment by Ana Loud"',
        'button "Trash: comment by Ana Loud"',
        'link "History of the comment by Ana Loud"',
    ]
    places = [snapshot.find(words) for words in order]
    assert -1 not in places, snapshot
    assert places == sorted(places), snapshot


def test_the_focus_goes_through_the_page_as_it_is_read(view, site):
    site.forget_comments()
    (pk,) = wait(site, [f"Tab by tab, {view.scene}"])
    mo = view.staff("mo")
    mo.goto("/moderation/")
    met = []
    for _n in range(60):
        mo.keyboard.press("Tab")
        focused = mo.locator(":focus")
        if not focused.count():
            break
        assert focused.is_visible()
        met.append(focused.evaluate("el => (el.textContent || '').trim() || el.name"))
        if "All 1 on this page" in met or len(met) > 1 and met[-1] == met[0]:
            break
    wanted = ["Skip to content", "Sign out", "Pending 1", "row", "Approve", "Spam", "Trash"]
    places = [met.index(words) for words in wanted]
    assert places == sorted(places), met
    assert statuses(site, [pk]) == {pk: "pending"}


def test_without_script_the_answer_is_a_status_before_the_list(view, site):
    site.forget_comments()
    first, _second = wait(site, [f"A status, {n}, {view.scene}" for n in range(2)])
    mo = view.staff("mo")
    mo.goto("/moderation/")
    button = card(mo, first).get_by_role("button", name="Trash")
    if view.script:  # as if it had not come
        mo.evaluate("document.querySelectorAll('form').forEach(form => form.id = '')")
        mo.route("**/queue*.js", lambda route: route.abort())
        mo.reload()
        button = card(mo, first).get_by_role("button", name="Trash")
    press(button)
    notice = mo.get_by_role("status").filter(has_text="1 comment moved to trash.")
    expect(notice).to_be_visible()
    heading = mo.get_by_role("heading", name="Moderation queue", level=1)
    assert heading.bounding_box()["y"] < notice.bounding_box()["y"]
    assert notice.bounding_box()["y"] < mo.locator(".card").first.bounding_box()["y"]
    press(notice.get_by_role("button", name="Undo"))
    expect(mo.get_by_role("status").filter(has_text="1 comment put back.")).to_be_visible()
    assert statuses(site, [first]) == {first: "pending"}
