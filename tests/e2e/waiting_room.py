"""Comments that wait, as scenes of the queue need them: made at the shell, not typed."""

from playwright.sync_api import expect


def wait(site, bodies: list[str], path: str = "", **fields) -> list[int]:
    """The ids of new comments that Akismet called ham; below the post there, or below a new one."""
    post = f"Post.objects.get(path={path!r})" if path else "make_post()"
    code = (
        "from blog.models import Post; from tests.factories import make_comment, make_post;"
        f"post = {post};"
        f"print(*(make_comment(post, body=body, **{fields!r}).public_id for body in {bodies!r}))"
    )
    return [int(pk) for pk in site.python(code).split()]


def statuses(site, ids: list[int]) -> dict[int, str]:
    marks = ", ".join("?" * len(ids))
    rows = site.rows(f"SELECT id, status FROM comments_comment WHERE id IN ({marks})", *ids)
    return {row["id"]: row["status"] for row in rows}


def decisions(site, ids: list[int]) -> list[dict]:
    """What people did, in the order in which they did it."""
    marks = ", ".join("?" * len(ids))
    return site.rows(
        f"SELECT * FROM comments_decision WHERE comment_id IN ({marks}) AND old_status != ''"
        " ORDER BY id",
        *ids,
    )


def card(page, pk: int):
    return page.locator(f"#comment-{pk}")


def expect_unsent(page, words: str) -> None:
    """At the head of the page, for the eye."""
    expect(page.locator("#unsent")).to_contain_text(words, use_inner_text=True)
