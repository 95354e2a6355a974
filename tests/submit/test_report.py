"""A reader reports a public comment: it comes before the moderators and stays where it is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Post
from comments.models import Comment, Report
from tests.factories import make_comment, make_post, moderator
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db


def address(comment) -> str:
    return f"{comment.post.path}comments/{comment.public_id}/report/"


def report(client, comment, text="", ip="198.51.100.7", site="same-origin"):
    return client.post(
        address(comment), {"words": text}, REMOTE_ADDR=ip, headers={"Sec-Fetch-Site": site}
    )


@pytest.fixture
def comment():
    return make_comment(status="approved", body="You are all fools.")


def queue_words(client) -> str:
    client.force_login(moderator())
    return words(client.get("/moderation/", {"tab": "reported"}))


def test_each_public_comment_leads_to_the_form(client, comment):
    hidden = make_comment(comment.post)
    links = hrefs(client.get(comment.post.path))
    assert address(comment) in links and address(hidden) not in links


def test_the_form_shows_what_is_reported_and_is_found_by_no_search(client, comment):
    page = client.get(address(comment))
    assert "You are all fools." in words(page)
    assert page["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in html(page)
    assert "csrfmiddlewaretoken" not in html(page)


def test_a_report_is_thanked_for_and_hides_nothing(client, comment):
    response = report(client, comment, "Rude.")
    assert response.status_code == 200
    assert "Thank you: a moderator will look at this comment again." in words(response)
    assert "You are all fools." in words(client.get(comment.post.path))
    assert "reported by a reader: “Rude.”" in queue_words(client)


def test_without_words_it_counts_too(client, comment):
    report(client, comment)
    said = queue_words(client)
    assert "reported by a reader" in said
    assert "Held because" not in said  # it is published


def test_the_oldest_report_comes_first(client, comment):
    other = make_comment(status="approved", body="Another one.")
    report(client, other)
    report(client, comment, ip="203.0.113.9")
    report(client, other, ip="192.0.2.1")  # does not send it back to the end
    said = queue_words(client)
    assert said.index("Another one.") < said.index("You are all fools.")


def test_one_report_of_a_network_counts(client, comment):
    report(client, comment, "First.")
    assert "Thank you" in words(report(client, comment, "Second.", ip="198.51.100.99"))
    assert [row.words for row in Report.objects.all()] == ["First."]


def test_a_decision_closes_all_reports(client, comment):
    for number in (1, 2):
        report(client, comment, ip=f"198.51.{number}.7")
    Comment.objects.get(pk=comment.pk).approve(by=moderator())
    assert "No reader has reported anything" in queue_words(client)


def test_the_sixth_report_of_a_network_in_10_minutes_has_to_wait(client):
    post = make_post()
    made = [make_comment(post, status="approved") for _n in range(6)]
    codes = [report(client, comment, "Rude.").status_code for comment in made]
    assert codes == [200] * 5 + [429]
    answer = report(client, made[-1], "Rude & <b>.")
    seconds = int(answer["Retry-After"])
    assert 590 <= seconds <= 600
    assert "You can send it in 10 minutes. Your text is below." in words(answer)
    assert "Rude &amp; &lt;b&gt;.</textarea>" in html(answer)
    Report.objects.update(created_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert report(client, made[-1]).status_code == 200


def test_all_whose_address_is_unknown_share_a_limit(client):
    post = make_post()
    made = [make_comment(post, status="approved") for _n in range(16)]
    codes = [report(client, comment, ip="").status_code for comment in made]
    assert codes == [200] * 15 + [429]


def test_of_those_whose_address_is_unknown_each_report_counts(client, comment):
    for text in ("First.", "Second."):
        assert "Thank you" in words(report(client, comment, text, ip=""))
    assert [(row.words, row.network) for row in Report.objects.all()] == [
        ("First.", ""),
        ("Second.", ""),
    ]


def test_an_unknown_address_reports_one_comment_15_times_in_10_minutes(client, comment):
    codes = [report(client, comment, ip="").status_code for _n in range(16)]
    assert codes == [200] * 15 + [429]


def test_more_than_500_characters_come_back(client, comment):
    response = report(client, comment, "x" * 501)
    assert response.status_code == 422
    assert "x" * 501 + "</textarea>" in html(response)
    assert not Report.objects.exists()


def test_a_body_of_more_than_64_kb_is_413(client, comment):
    assert report(client, comment, "x" * 70_000).status_code == 413


def test_from_another_site_nothing_is_reported(client, comment):
    assert report(client, comment, site="cross-site").status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
@pytest.mark.parametrize("act", [report, lambda client, c: client.get(address(c))])
def test_what_never_was_public_is_not_there(client, status, act):
    assert act(client, make_comment(status=status)).status_code == 404


@pytest.mark.parametrize("act", [report, lambda client, c: client.get(address(c))])
def test_what_was_public_is_gone(client, comment, act):
    comment.trash(by=moderator())
    answer = act(client, comment)
    assert answer.status_code == 410
    assert "You are all fools." not in words(answer)


def hide_post(comment):
    Post.objects.update(status=Post.Status.PRIVATE)


def take_down(comment):
    comment.trash(by=moderator())


GONE = [(take_down, 410), (Comment.delete, 404), (hide_post, 404)]


@pytest.mark.parametrize(("act", "status"), GONE)
def test_words_about_what_is_not_public_any_more_come_back(client, comment, act, status):
    act(comment)
    response = report(client, comment, "Rude & <b>.")
    assert response.status_code == status
    assert "Rude &amp; &lt;b&gt;.</textarea>" in html(response)
    assert "What you typed is below, so that you can copy it." in words(response)
    assert "You are all fools." not in words(response)
    assert "<textarea" not in html(client.get(address(comment)))
    assert "<textarea" not in html(report(client, comment))


def test_below_a_hidden_post_nothing_is_reported(client, comment):
    Post.objects.update(status=Post.Status.PRIVATE)
    assert report(client, comment).status_code == 404


def test_the_history_tells_of_it(client, comment):
    report(client, comment, "Rude.")
    client.force_login(moderator())
    said = words(client.get(f"/moderation/{comment.public_id}/history/"))
    assert "A reader reported it Rude." in said
