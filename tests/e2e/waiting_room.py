"""Comments that wait, as scenes of the queue need them: made at the shell, not typed."""

from playwright.sync_api import expect


def wait(site, bodies: list[str], path: str = "", **fields) -> list[int]:
    """The public_ids of new comments that Akismet called ham, below this post or a new one."""
    post = f"Post.objects.get(path={path!r})" if path else "make_post()"
    code = (
        "from blog.models import Post; from tests.factories import make_comment, make_post;"
        f"post = {post};"
        f"print(*(make_comment(post, body=body, **{fields!r}).public_id for body in {bodies!r}))"
    )
    return [int(pk) for pk in site.python(code).split()]


def statuses(site, ids: list[int]) -> dict[int, str]:
    marks = ", ".join("?" * len(ids))
    rows = site.rows(
        f"SELECT public_id, status FROM comments_comment WHERE public_id IN ({marks})", *ids
    )
    return {row["public_id"]: row["status"] for row in rows}


def decisions(site, ids: list[int]) -> list[dict]:
    """What people did, in the order in which they did it, with the public_id of the comment."""
    marks = ", ".join("?" * len(ids))
    return site.rows(
        "SELECT d.*, c.public_id FROM comments_decision d JOIN comments_comment c"
        f" ON c.id = d.comment_id WHERE c.public_id IN ({marks}) AND d.old_status != ''"
        " ORDER BY d.id",
        *ids,
    )


def card(page, pk: int):
    return page.locator(f"#comment-{pk}")


def expect_unsent(page, words: str) -> None:
    """At the head of the page, for the eye."""
    expect(page.locator("#unsent")).to_contain_text(words, use_inner_text=True)
