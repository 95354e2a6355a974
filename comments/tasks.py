"""Background tasks. A task is a hint: the rows say what is due, and the sweep finds it."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from blog.tasks import is_waiting, later, waiting_for
from blog.transactions import writing
from comments.check import account, feedback, probing, screening
from comments.mail import sending
from comments.models import Comment, Decision, Mail
from comments.models.due import Due
from comments.privacy import traces
from comments.privacy.empty import empty_some


@task()
def check_comment(pk: int) -> None:
    for comment in Comment.objects.filter(pk=pk):
        screen(comment, timezone.now())


@task(priority=-5)
def report_decision(pk: int) -> None:
    for decision in Decision.objects.filter(pk=pk):
        feedback.report(decision, timezone.now())


@task(priority=-5)
def send_mail(pk: int) -> None:
    for mail in Mail.objects.filter(pk=pk):
        if due := sending.send(mail, timezone.now()):
            with writing():
                for _kind, other in due:
                    later(send_mail, other)


@task(priority=-5)
def empty(tab: str, before: str) -> None:
    if empty_some(tab, datetime.fromisoformat(before)):
        later(empty, tab, before)
    else:
        remove_traces_later()


@task(priority=-10)
def remove_traces() -> None:
    traces.remove()


def remove_traces_later() -> None:
    """Call it after the deletion is committed: then a job that waits already sees it."""
    if not is_waiting(remove_traces):
        later(remove_traces)


# These have a higher priority: a wave of comments must not delay them.


@task(priority=5)
def probe_akismet() -> None:
    probe(timezone.now())


@task(priority=5)
def ask_akismet_again() -> None:
    now = timezone.now()
    probing.make_unanswered_due(now)
    state, detail = _ask_about_key(now)
    with writing():
        account.record_asked(state, detail)
        enqueue_checks(probing.due_checks(now))


@task(priority=5)
def try_check() -> None:
    account.try_check()


@task(priority=5)
def ask_usage() -> None:
    account.ask_usage(timezone.now())


def screen(comment: Comment, now: datetime, *, probing: bool = False) -> None:
    if asked := screening.ask(comment, now, probing=probing):
        with writing():
            enqueue_checks(screening.record(comment, asked))


def probe(now: datetime) -> None:
    akismet = probing.claim(now)
    if akismet is None:
        return
    if comment := probing.next_comment(akismet, now):
        screen(comment, now, probing=True)
    else:
        _ask_about_key(now)


def _ask_about_key(now: datetime) -> tuple[str, str]:
    answer, began = account.ask_about_key()
    with writing():
        state, detail, is_back = account.record_key(answer, began)
        if is_back:
            enqueue_checks(probing.release(now))
    return state, detail


def enqueue_checks(due: list[Due]) -> None:
    """Call it within writing(). Skips comments that are queued already."""
    queued = waiting_for(check_comment) if due else ()
    for _kind, pk in due:
        if pk not in queued:
            later(check_comment, pk)
