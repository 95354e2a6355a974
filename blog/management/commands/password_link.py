from django.core.management.base import BaseCommand, CommandError

from blog import mail
from blog.models import User


class Command(BaseCommand):
    help = "Prints a link with which somebody chooses a new password, once and within three days."

    def add_arguments(self, parser):
        parser.add_argument("name", help="what they sign in with, such as admin")

    def handle(self, *args, name, **options):
        user = User.objects.filter(username__iexact=name, is_active=True).first()
        if user is None:
            owners = User.objects.filter(is_superuser=True, is_active=True)
            names = ", ".join(owners.values_list("username", flat=True))
            raise CommandError(
                f"Nobody who may sign in is called {name!r}. Owners: {names or 'none'}"
            )
        self.stdout.write(mail.password_link(user))
