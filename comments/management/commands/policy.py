from django.core.management.base import BaseCommand, CommandError
from django.forms.models import model_to_dict

from comments.models import Policy
from comments.policy.form import PolicyForm


class Command(BaseCommand):
    help = (
        "Prints the policy for comments, or sets parts of it: policy link_limit=3 "
        "'hold_words=casino\\nlottery' (\\n between two lines)."
    )

    def add_arguments(self, parser):
        parser.add_argument("values", nargs="*", metavar="name=value")

    def handle(self, *, values, **options):
        policy = Policy.stored()
        if values:
            given = dict(map(parse, values))
            form = PolicyForm(model_to_dict(policy) | given, instance=policy)
            if not form.is_valid():
                raise CommandError("\n".join(problems(form)))
            # Only the given fields: somebody may have saved the others meanwhile.
            Policy.change({name: form.cleaned_data[name] for name in given}, by=None)
            policy = Policy.stored()
        for name in PolicyForm.Meta.fields:
            self.stdout.write(f"{name}={one_line(getattr(policy, name))}")


def parse(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"“{text}” is not name=value.")
    if name not in PolicyForm.Meta.fields:
        raise CommandError(f"There is no “{name}”: {', '.join(PolicyForm.Meta.fields)}.")
    return name, value.replace("\\n", "\n")


def one_line(value) -> str:
    return str(value).replace("\n", "\\n")


def problems(form):
    for name, errors in form.errors.items():
        for error in errors:
            yield f"{name}: {error}"
