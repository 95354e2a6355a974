"""What happens later. A task is a hint: the rows say what is due, and the sweep finds it."""

from datetime import datetime
from importlib import import_module

from django.apps import apps
from django.utils import timezone
from django_tasks import task

from blog.tasks import later


@task()
def check_comment(pk: int) -> None:
    for comment in _rows("Comment", pk):
        comment.screen(timezone.now())


@task(priority=-5)
def report_decision(pk: int) -> None:
    for decision in _rows("Decision", pk):
        decision.report(timezone.now())


@task(priority=-5)
def send_mail(pk: int) -> None:
    for mail in _rows("Mail", pk):
        mail.send(timezone.now())


@task(priority=-5)
def empty(tab: str, before: str) -> None:
    if import_module("comments.emptying").go_on(tab, datetime.fromisoformat(before)):
        later(empty, tab, before)


@task(priority=-10)
def compact_words() -> None:
    import_module("comments.word_index").compact()


# A wave of comments must not keep these waiting.


@task(priority=5)
def probe_akismet() -> None:
    apps.get_model("comments.Comment").probe(timezone.now())


@task(priority=5)
def ask_akismet_again() -> None:
    apps.get_model("comments.Comment").ask_again(timezone.now())


@task(priority=5)
def try_check() -> None:
    import_module("comments.models.account").try_out()


@task(priority=5)
def ask_usage() -> None:
    import_module("comments.models.account").ask_usage(timezone.now())


def _rows(model: str, pk: int):
    """One, or none: what was deleted meanwhile has nothing left to do."""
    return apps.get_model("comments", model).objects.filter(pk=pk)
