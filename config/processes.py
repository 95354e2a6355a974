"""Runs the processes that `make run` starts, and restarts those that end."""

import logging
import os
import signal
import subprocess
import time
from contextlib import suppress

from django.conf import settings

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1, 60
# A process that ran this long before it ended is not failing at each start.
STEADY_SECONDS = 300
LOOK_SECONDS = 0.2
# More than a call to Akismet and the requests under way take.
STOP_SECONDS = 30


class StopSignal:
    """Receives Ctrl-C, SIGTERM and SIGHUP (unless nohup ignores it).

    Not threading.Event: a signal that arrives during its wait() hangs.
    """

    def __init__(self):
        self.received = False
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            numbers.append(signal.SIGHUP)
        for number in numbers:
            signal.signal(number, self._receive)

    def _receive(self, *_args) -> None:
        self.received = True


class Supervised:
    """A process in its own group: Ctrl-C reaches `make run` alone, which stops the others."""

    def __init__(self, name: str, *command: str):
        self.name, self.command, self.pause = name, command, FIRST_PAUSE
        self.due = None
        self._start()

    def _start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command, cwd=settings.BASE_DIR, start_new_session=True
        )

    def is_running(self) -> bool:
        return self.process.poll() is None

    def restart_if_ended(self) -> None:
        # A process that has ended is restarted after a pause that doubles each time.
        if self.is_running():
            return
        now = time.monotonic()
        if self.due is None:
            if now - self.started > STEADY_SECONDS:
                self.pause = FIRST_PAUSE
            logger.error("The %s %s. Next start in %d s.", self.name, self._end(), self.pause)
            self.kill_group()
            self.due = now + self.pause
        elif now >= self.due:
            self.due, self.pause = None, min(2 * self.pause, LONGEST_PAUSE)
            logger.warning("Starting the %s again.", self.name)
            self._start()

    def _end(self) -> str:
        code = self.process.returncode
        return f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"

    def kill_group(self) -> None:
        # Processes that it left behind would keep the port.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def keep_running(processes: list[Supervised], stopping: StopSignal) -> int:
    """Run until a signal arrives; return 1 if a process did not end in order."""
    try:
        while not stopping.received:
            for process in processes:
                process.restart_if_ended()
            time.sleep(LOOK_SECONDS)
    finally:
        code = stop(processes)
    return code


def stop(processes: list[Supervised]) -> int:
    running = [each.process for each in processes if each.is_running()]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for each in processes:
        with suppress(subprocess.TimeoutExpired):
            each.process.wait(max(0, deadline - time.monotonic()))
        each.kill_group()
    codes = [process.wait() for process in running]
    return 0 if set(codes) <= {0, -signal.SIGTERM} else 1
