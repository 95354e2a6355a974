"""A process that dies takes nobody along: the others serve on, and it is started again."""

import logging
import os
import signal
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from config import processes
from config.processes import Supervised, keep_running
from tests.server import Server
from tests.site import RunningSite


class Never:
    received = False


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(processes, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(processes, "LOOK_SECONDS", 0.01)


def started(file: Path) -> list[float]:
    return [float(line) for line in file.read_text().split()]


def test_a_process_that_ends_is_started_again_after_a_growing_pause(tmp_path, caplog, quick):
    file = tmp_path / "started"
    code = f"import time; print(time.monotonic(), file=open({str(file)!r}, 'a')); exit(3)"

    class Stopping:
        @property
        def received(self):
            return file.exists() and len(started(file)) == 4

    with caplog.at_level(logging.WARNING):
        keep_running([Supervised("worker", sys.executable, "-c", code)], Stopping())
    times = started(file)
    pauses = [b - a for a, b in zip(times, times[1:], strict=False)]
    assert pauses[0] > 0.05 and pauses[1] > 0.1 and pauses[2] > 0.2
    said = [record.getMessage() for record in caplog.records]
    assert said[0].startswith("The worker ended with status 3. Next start in")
    assert said.count("Starting the worker again.") == 3


def test_the_pause_is_bounded_and_short_again_after_a_steady_time(quick):
    supervised = Supervised("worker", sys.executable, "-c", "")
    for _n in range(20):
        supervised.process.wait()
        supervised.restart_if_ended()
        supervised.due = time.monotonic()
        supervised.restart_if_ended()
    assert supervised.pause == processes.LONGEST_PAUSE
    supervised.process.wait()
    supervised.started -= processes.STEADY_SECONDS + 1
    supervised.restart_if_ended()
    assert supervised.pause == processes.FIRST_PAUSE


def test_what_a_dead_process_left_behind_is_ended(tmp_path, quick):
    file = tmp_path / "child"
    code = (
        "import subprocess, os, sys;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(file)!r}, 'w').write(str(child.pid)); os.kill(os.getpid(), 9)"
    )
    supervised = Supervised("web server", sys.executable, "-c", code)
    assert supervised.process.wait() == -signal.SIGKILL
    child = int(file.read_text())
    supervised.restart_if_ended()
    RunningSite.wait_until(lambda: not is_alive(child), 5)


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


# The whole site.


@pytest.mark.thorough
def test_a_stop_while_the_server_still_starts_is_heard(tmp_path):
    """Its first process answers before the second has Django loaded."""
    server = Server(tmp_path).start()
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 5


def children(pid: int) -> list[int]:
    return [
        int(n) for f in Path(f"/proc/{pid}/task").glob("*/children") for n in f.read_text().split()
    ]


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = RunningSite(tmp_path_factory.mktemp("site")).start()
    yield running
    assert running.stop() == 0


def web(site) -> int:
    (found,) = [pid for pid in children(site.process.pid) if "granian" in command_line(pid)]
    return found


def worker(site) -> list[int]:
    return [pid for pid in children(site.process.pid) if "manage.py worker" in command_line(pid)]


def answers(site) -> bool:
    try:
        return urllib.request.urlopen(f"{site.url}/login/", timeout=5).status == 200
    except OSError:
        return False


@pytest.mark.thorough
def test_a_killed_web_process_is_replaced_while_the_other_serves(site):
    RunningSite.wait_until(lambda: len(children(web(site))) == 2)
    before = children(web(site))
    os.kill(before[0], signal.SIGKILL)
    time.sleep(0.5)  # whoever was connected to it has lost that
    end = time.monotonic() + 3
    assert all(answers(site) for _n in iter(lambda: time.monotonic() < end, False))
    now = children(web(site))
    assert len(now) == 2 and before[1] in now and before[0] not in now
    assert site.process.poll() is None


@pytest.mark.thorough
def test_a_killed_web_server_comes_back_as_a_whole(site):
    dead = web(site)
    os.kill(dead, signal.SIGKILL)
    RunningSite.wait_until(lambda: not answers(site), 10)
    RunningSite.wait_until(lambda: answers(site), 30)
    assert web(site) != dead
    assert site.process.poll() is None


@pytest.mark.thorough
def test_a_killed_background_worker_is_started_again(site):
    RunningSite.wait_until(lambda: worker(site))
    (dead,) = worker(site)
    os.kill(dead, signal.SIGKILL)
    RunningSite.wait_until(lambda: worker(site) not in ([], [dead]), 10)
    assert answers(site) and site.process.poll() is None
