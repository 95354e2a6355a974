import signal
import threading
import time
import traceback

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from blog.transactions import close_failed_connection, writing
from comments.worker.sweep import sweep

THREADS = 4


class Command(BaseCommand):
    help = "Checks comments, sends mail, and looks each minute for rows that are due."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=60, help="seconds between two sweeps")

    def handle(self, *, every, **options):
        # Not threading.Event: a signal during its wait() can hang.
        self.is_stopped = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        workers = [_make_worker(n) for n in range(THREADS)]
        threads = [threading.Thread(target=self.run_worker, args=[w], daemon=True) for w in workers]
        for thread in threads:
            thread.start()
        while not self.is_stopped:
            self.sweep()
            self.wait(every)
        for worker in workers:
            worker.running = False
        deadline = time.monotonic() + 15  # one call to Akismet takes at most 10 s
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))

    def stop(self, *_args):
        self.is_stopped = True

    def wait(self, seconds: float):
        end = time.monotonic() + seconds
        while not self.is_stopped and time.monotonic() < end:
            time.sleep(min(0.2, seconds))

    def run_worker(self, worker):
        # An error of the database, such as a lock or a restart, ends the worker's loop.
        while worker.running:
            try:
                worker.run()
            except Exception:
                self.stderr.write(traceback.format_exc())
                close_failed_connection()
                time.sleep(1)

    def sweep(self):
        close_old_connections()
        try:
            sweep()
        except Exception:
            self.stderr.write(traceback.format_exc())
        close_failed_connection()


class Worker(db_worker.Worker):
    def run(self) -> None:
        while self.running:
            close_old_connections()
            if job := claim(self.worker_id):
                self.run_task(job)
            close_failed_connection()
            if self.running and not job:
                time.sleep(self.interval)

    def run_task(self, job: DBTaskResult) -> None:
        # The library saves the job's result itself; make it wait for the file lock.
        save = job.save

        def save_with_lock(**kwargs):
            with writing():
                save(**kwargs)

        job.save = save_with_lock
        super().run_task(job)


def claim(worker_id: str) -> DBTaskResult | None:
    """Returns the next job for this thread. The library's own loop begins an exclusive transaction
    each second, without our file lock; this takes a lock only if there is a job."""
    ready = DBTaskResult.objects.ready().filter(backend_name="default", queue_name="default")
    if not ready.exists():
        return None
    with writing():
        job = ready.get_locked()
        if job:
            job.claim(worker_id)
    return job


def _make_worker(number: int) -> Worker:
    return Worker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=1,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"worker-{number}-{threading.get_native_id()}",
    )
