"""Enqueues tasks for every row that is due: django-tasks does not retry, and workers are killed."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from blog import mail
from blog.editing import revisions
from blog.models import Attempt, Image
from blog.tasks import later, make_renditions, waiting_for
from blog.transactions import write_back, writing
from comments import tasks
from comments.check import akismet
from comments.check.probing import due_checks
from comments.check.screening import set_aside_repeats
from comments.mail import alerts
from comments.mail.digest import queue_digest
from comments.mail.sending import GIVE_UP
from comments.models import Decision, Heartbeat, Mail
from comments.privacy import delete_post, erase, purge, traces
from comments.queue import spam_figures
from comments.worker import rerender, wrong_clock

BATCH = 600
PICTURES = 20
STUCK = timedelta(minutes=10)
KEPT = timedelta(days=1)


def sweep() -> None:
    now = timezone.now()
    with writing():
        wrong_clock.mend(now)
        alerts.record_worker_beat(now)
        free_stuck_jobs(now)
    if akismet.is_configured():
        while set_aside_repeats(now):
            pass
        with writing():
            ask_akismet(now)
    with writing():
        queue_digest(now)
    with writing():
        alerts.tell_administrators(now)
    with writing():
        tasks.enqueue_checks(due_checks(now))
        for pk in due_reports(now):
            later(tasks.report_decision, pk)
        Mail.objects.keep_waiting(now)
        for pk in due_mails(now):
            later(tasks.send_mail, pk)
        for pk in Image.objects.to_render().values_list("pk", flat=True)[:PICTURES]:
            later(make_renditions, pk)
    if purge.may_delete():
        purge.delete_old(now)
        purge.forget_senders(now)
    for name, (pause, work) in RARE.items():
        once_in(pause, name, work, now)
    write_back()


def measure_tables() -> None:
    # SQLite chooses indexes by these statistics. PostgreSQL updates its own.
    if connection.vendor == "sqlite":
        with writing(), connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")


def forget_attempts() -> None:
    with writing():
        Attempt.forget_old(timezone.now())


def empty_trash() -> None:
    if delete_post.empty_trash():
        tasks.remove_traces_later()


def delete_old_revisions() -> bool:
    return purge.may_delete() and revisions.delete_old(timezone.now())


DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RARE = {
    "render": (DAY, rerender.renew),
    "erase": (DAY, erase.repeat),
    "trash": (HOUR, empty_trash),
    "statistics": (DAY, measure_tables),
    "figures": (HOUR, spam_figures.renew),
    "attempts": (HOUR, forget_attempts),
    "revisions": (DAY, delete_old_revisions),
    # The last: it removes what the others leave.
    "traces": (DAY, traces.remove),
}
_rests_until: dict[str, datetime] = {}


def once_in(pause: timedelta, name: str, work, now: datetime) -> None:
    """Runs `work` when the worker starts and after each `pause`. `work` returns True if there is
    more to do; then the next sweep runs it again."""
    is_resting = now < _rests_until.get(name, now) <= now + pause
    if not is_resting and not work():
        _rests_until[name] = now + pause


def ask_akismet(now) -> None:
    heartbeat, quota = Heartbeat.locked(Heartbeat.AKISMET), Heartbeat.locked(Heartbeat.QUOTA)
    if heartbeat.may_be_probed(now):
        later(tasks.probe_akismet)
    if quota.is_due(now):
        quota.next_at = now + STUCK
        quota.save()
        later(tasks.ask_usage)


def due_reports(now) -> list[int]:
    if Heartbeat.is_failing(Heartbeat.AKISMET):
        return []
    due = list(Decision.objects.to_report(now).values_list("pk", flat=True)[:BATCH])
    queued = waiting_for(tasks.report_decision) if due else ()
    return [pk for pk in due if pk not in queued]


def due_mails(now) -> list[int]:
    # While the mail server does not work, only the oldest mail is tried. After a jump of the clock,
    # no mail is closed because of its age.
    if not mail.is_configured():
        return []
    limit = 1 if Heartbeat.is_failing(Heartbeat.MAIL) else BATCH
    mails = Mail.objects.to_send(now)
    if not purge.may_delete():
        mails = mails.filter(created_at__gt=now - GIVE_UP)
    return list(mails.values_list("pk", flat=True)[:limit])


def free_stuck_jobs(now) -> None:
    # django-tasks leaves the job of a killed worker RUNNING. Finished jobs are kept for a day.
    stuck = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    stuck.filter(started_at__lt=now - STUCK).update(status=TaskResultStatus.READY)
    finished = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    DBTaskResult.objects.filter(status__in=finished, finished_at__lt=now - KEPT).delete()
