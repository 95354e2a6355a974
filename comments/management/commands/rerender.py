from django.core.management.base import BaseCommand

from comments.worker import rerender


class Command(BaseCommand):
    help = "Renders posts and comments again that an older version rendered."

    def handle(self, **options):
        posts = _all(rerender.renew_posts)
        comments = _all(rerender.renew_comments)
        self.stdout.write(f"Rendered again: {posts} posts, {comments} comments.")


def _all(step) -> int:
    done = 0
    while count := step():
        done += count
    return done
