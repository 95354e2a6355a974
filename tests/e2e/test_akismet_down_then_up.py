"""While Akismet is away comments are held and said to be; when it is back they are asked about."""

import time

from tests.e2e.conftest import write_comment


def test_akismet_down_then_up(view, site):
    path, body = site.make_post(), f"Is anybody there? {view.scene}"
    site.akismet.stop()
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = site.wait_for(body, screened="unavailable", status="pending")
    assert "Saved. A moderator reads every comment" in (
        reader.locator(f"#comment-{row['public_id']}").inner_text()
    )
    mo = view.staff("mo")
    mo.goto("/moderation/?sort=newest")
    card = mo.locator(f"#comment-{row['public_id']}")
    assert "Not checked yet: Akismet did not answer (next try" in card.inner_text()
    assert card.get_by_role("button", name="Approve unchecked").is_visible()
    assert mo.get_by_text("Akismet has not answered since").is_visible()
    assert view.scene not in site.get(path)
    view.shot(mo, "down")

    site.akismet.start()
    site.pass_time(60)
    site.sweep()
    site.wait_for(body, screened="ham", status="pending")
    mo.reload()
    assert "said: not spam" in card.inner_text()
    assert card.get_by_role("button", name="Approve unchecked").count() == 0
    assert mo.get_by_text("Akismet has not answered since").count() == 0
    assert view.scene not in site.get(path)


def test_a_hanging_akismet_costs_the_reader_nothing(view, site):
    path, body = site.make_post(), f"Takes its time, {view.scene}"
    site.akismet.mode = "hang"
    page = view.reader()
    page.goto(path)
    started = time.monotonic()
    write_comment(page, body)
    assert site.comment(body)["status"] == "pending"
    assert time.monotonic() - started < 3
