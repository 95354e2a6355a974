from django.contrib.auth.forms import PasswordResetForm
from django_tasks import task
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from blog import mail
from blog.models import Image, Revision, User
from blog.transactions import after_writing, writing


@task()
def send_password_link(user_id: int, occasion: str) -> None:
    mail.send_password_link(User.objects.get(pk=user_id), occasion)


@task()
def send_reset_links(email: str) -> None:
    for user in PasswordResetForm().get_users(email):
        mail.send_password_link(user, "reset")


@task()
def send_note(revision_id: int, user_id: int, note: str) -> None:
    # The post may be gone by now.
    for revision in Revision.objects.filter(pk=revision_id).select_related("post", "editor"):
        mail.send_note(revision, User.objects.get(pk=user_id), note)


@task()
def send_email_changed(user_id: int, before: str) -> None:
    mail.send(before, "email-changed", {"user": User.objects.get(pk=user_id)})


# Comments and mail come first.
@task(priority=-10)
def make_renditions(image_id: int) -> None:
    Image.render(image_id)


def later(job, *args) -> None:
    """Enqueue a job within the current transaction; immediate tasks run after its commit."""
    if isinstance(job.get_backend(), ImmediateBackend):
        after_writing(lambda: job.enqueue(*args))
    else:
        with writing():
            job.enqueue(*args)


def waiting_for(job) -> set:
    """Return the first arguments of the jobs of this kind that have not started."""
    waiting = _not_started(job).values_list("args_kwargs", flat=True)
    return {arguments["args"][0] for arguments in waiting}


def is_waiting(job) -> bool:
    return _not_started(job).exists()


def _not_started(job):
    return DBTaskResult.objects.filter(task_path=job.module_path, status=TaskResultStatus.READY)
