from django.core.management.base import BaseCommand

from comments.worker import rerender


class Command(BaseCommand):
    help = "Renders posts, corrections and comments again that an older version rendered."

    def handle(self, **options):
        posts = _all(rerender.renew_posts)
        corrections = _all(rerender.renew_corrections)
        comments = _all(rerender.renew_comments)
        self.stdout.write(
            f"Rendered again: {posts} posts, {corrections} corrections, {comments} comments."
        )


def _all(step) -> int:
    done = 0
    while count := step():
        done += count
    return done
