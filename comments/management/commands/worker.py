import signal
import threading
import time
import traceback

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from comments.sweep import sweep

THREADS = 4


class Command(BaseCommand):
    help = "Checks comments, sends mail, and looks each minute for what is due."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=60, help="seconds between two sweeps")

    def handle(self, *, every, **options):
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_args: stopped.set())
        workers = [_worker(n) for n in range(THREADS)]
        threads = [threading.Thread(target=self.live, args=[w], daemon=True) for w in workers]
        for thread in threads:
            thread.start()
        while not stopped.is_set():
            self.sweep()
            stopped.wait(every)
        for worker in workers:
            worker.running = False
        deadline = time.monotonic() + 15  # one call to Akismet takes at most 10 s
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))

    def live(self, worker):
        """A locked or restarted database ends the library's loop; ours begins it again."""
        while worker.running:
            try:
                worker.run()
            except Exception:
                self.stderr.write(traceback.format_exc())
                close_old_connections()
                time.sleep(1)

    def sweep(self):
        """What fails once is tried again with the next sweep; the worker lives on."""
        close_old_connections()
        try:
            sweep()
        except Exception:
            self.stderr.write(traceback.format_exc())


def _worker(number: int) -> Worker:
    return Worker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=1,
        batch=False,
        backend_name="default",
        startup_delay=True,
        max_tasks=None,
        worker_id=f"worker-{number}-{threading.get_native_id()}",
    )
