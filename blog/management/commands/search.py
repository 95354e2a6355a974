from django.core.management.base import BaseCommand, CommandError

from blog.models import Post, post_words
from blog.transactions import writing


class Command(BaseCommand):
    help = "Tells which posts the search does not know as they are, and mends that."

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="name them; ends with 1 if any")
        what.add_argument("--rebuild", action="store_true", help="write the words of all anew")

    def handle(self, *, rebuild, **options):
        wrong = post_words.wrong(Post.objects.all())
        if rebuild:
            with writing():
                post_words.INDEX.clear()
            post_words.write(Post.objects.all())
            self.stdout.write(f"{Post.objects.count()} posts written, {len(wrong)} were wrong.")
        elif wrong:
            keys = ", ".join(map(str, wrong[:20])) + ", …" * (len(wrong) > 20)
            raise CommandError(f"{len(wrong)} posts differ: {keys}. `search --rebuild` mends them.")
        else:
            self.stdout.write("The search knows every post as it is.")
