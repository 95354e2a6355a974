"""What a newcomer does: clones what is committed and types `make run`, with nothing made before.

    python -m tests.fresh_clone

Fails where the front page is not there within 90 seconds.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.site import ROOT, free_port

MOST_SECONDS = 90
# Whoever runs this has none of their own.
SETTINGS = ("DATA_DIR", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SITE_URL", "HOST", "DEMO")


def is_served(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.HTTPError):
        return False


def seconds_to_the_front_page(clone: Path) -> float | None:
    port, begun = str(free_port()), time.monotonic()
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    # A group of its own, as in a terminal: Ctrl-C reaches make and what it runs.
    run = subprocess.Popen(["make", "run"], cwd=clone, env=kept | {"PORT": port}, process_group=0)
    try:
        while (passed := time.monotonic() - begun) < MOST_SECONDS and run.poll() is None:
            if is_served(f"http://127.0.0.1:{port}/"):
                return passed
            time.sleep(0.2)
        return None
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGINT)
        run.wait(timeout=30)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "broadside"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        seconds = seconds_to_the_front_page(clone)
    if seconds is None:
        print(f"not served within {MOST_SECONDS} s", file=sys.stderr)
        return 1
    print(f"served after {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
