"""A post is renamed while its comment form is open, and while a comment of it waits."""

from tests.e2e.conftest import press, write_comment

WAITS = "Saved. A moderator reads every comment"


def rename(site, path: str) -> str:
    return site.python(
        "from blog.models import Post;"
        f"post = Post.objects.get(path={path!r}); post.slug += '-renamed'; post.save();"
        "print(post.path)"
    )


def test_renamed_post(view, site):
    path = site.make_post()
    reader = view.reader()
    reader.goto(path)
    reader.locator("[name=body]").fill(f"Looked at first, {view.scene}")
    present = rename(site, path)
    press(reader.get_by_role("button", name="Preview"))
    assert reader.url.endswith(f"{present}comments/")
    assert reader.locator("[name=body]").input_value() == f"Looked at first, {view.scene}"
    write_comment(reader, f"Sent after all, {view.scene}")
    assert present in reader.url and WAITS in reader.locator("main").inner_text()
    assert site.comment(f"Sent after all, {view.scene}")["status"] == "pending"


def test_a_waiting_comment_of_a_renamed_post(view, site):
    path = site.make_post()
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, f"I wait, {view.scene}")
    present = rename(site, path)
    reader.reload()
    assert present in reader.url
    said = reader.locator("main").inner_text()
    assert WAITS in said and f"I wait, {view.scene}" in said
    reader.goto(present)
    assert WAITS in reader.locator("main").inner_text()
