import json

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from comments import tasks
from comments.privacy import erase, export


class Command(BaseCommand):
    help = "Exports or erases the data of one e-mail address."

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["export", "erase"])
        parser.add_argument("email")

    def handle(self, *, action, email, **options):
        if action == "export":
            data = export.export(email)
            self.stdout.write(json.dumps(data, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(erase.erase(email).sentences))
            tasks.remove_traces_later()
