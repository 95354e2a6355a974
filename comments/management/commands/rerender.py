from django.core.management.base import BaseCommand

from comments.worker import rerender


class Command(BaseCommand):
    help = "Makes the HTML of posts and comments again where an older version made it."

    def handle(self, **options):
        posts = _all(rerender.renew_posts)
        comments = _all(rerender.renew_comments)
        self.stdout.write(f"Made again: {posts} posts, {comments} comments.")


def _all(step) -> int:
    done = 0
    while count := step():
        done += count
    return done
