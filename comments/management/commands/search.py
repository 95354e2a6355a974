from django.core.management.base import BaseCommand, CommandError

from blog.models import Post, post_words
from blog.transactions import writing
from comments.models import Comment, comment_words

INDEXES = [("posts", Post, post_words), ("comments", Comment, comment_words)]


class Command(BaseCommand):
    help = "Tells which posts and comments the search does not know as they are, and mends that."

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="name them; ends with 1 if any")
        what.add_argument("--rebuild", action="store_true", help="write the words of all anew")

    def handle(self, *, rebuild, **options):
        found = {name: words.wrong(model.objects.all()) for name, model, words in INDEXES}
        if rebuild:
            self._rebuild(found)
        elif any(found.values()):
            differ = [_sentence(name, wrong) for name, wrong in found.items() if wrong]
            raise CommandError(f"{' '.join(differ)} `search --rebuild` mends them.")
        else:
            self.stdout.write("The search knows every post and comment as it is.")

    def _rebuild(self, found):
        for name, model, words in INDEXES:
            with writing():
                words.INDEX.clear()
            words.write(model.objects.all())
            count, wrong = model.objects.count(), len(found[name])
            self.stdout.write(f"{count} {name} written, {wrong} were wrong.")


def _sentence(name: str, wrong: list[int]) -> str:
    keys = ", ".join(map(str, wrong[:20])) + ", …" * (len(wrong) > 20)
    return f"{len(wrong)} {name} differ: {keys}."
