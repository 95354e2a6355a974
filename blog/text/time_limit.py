"""Converts the text of a post within a limit of time.

A hostile text takes minutes, and a thread cannot be stopped. A short one is converted here. Any
other gets a process of its own, which the operating system ends; at a lower priority, it keeps
readers waiting less than a thread that shares their interpreter.
"""

import json
import logging
import os
import re
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from blog.text import post_html
from blog.text.post_html import Heading, PostHTML

# Within these limits no text is known to take a second: tests/blog/test_time_limit.py.
SHORT, FEW_MARKS = 15_000, 200
MARK = re.compile(r"[\[<&*_`|\\]")

# A novel of 2,000,000 characters takes about 5 s and 150 MB, and the process 0.2 s to start.
CPU_SECONDS, SECONDS, BYTES = 15, 40, 1 << 30
NICENESS = 10
COMMAND = [sys.executable, "-m", "blog.text.time_limit"]
ROOT = Path(__file__).parents[2]

logger = logging.getLogger(__name__)


def convert(text: str, prefix: str) -> PostHTML:
    """Return the text as plain paragraphs if it takes too long or is nested too deeply."""
    is_short = len(text) <= SHORT and len(MARK.findall(text)) <= FEW_MARKS
    made = post_html.convert(text, prefix) if is_short else _in_process(text, prefix)
    return made or post_html.plain(text)


def _in_process(text: str, prefix: str) -> PostHTML | None:
    try:
        answer = subprocess.run(  # noqa: S603
            [*COMMAND, str(CPU_SECONDS)],
            input=json.dumps([text, prefix]),
            capture_output=True,
            encoding="ascii",
            cwd=ROOT,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("A text of %d characters is shown plain: %s", len(text), _reason(error))
        return None
    return _read(json.loads(answer.stdout))


def _reason(error: Exception) -> str:
    lines = (getattr(error, "stderr", None) or "").strip().splitlines()
    return f"{error} {lines[-1]}" if lines else str(error)


def _read(values: dict | None) -> PostHTML | None:
    if values is None:
        return None
    headings = [Heading(**heading) for heading in values.pop("headings")]
    return PostHTML(headings=headings, **values)


def main() -> None:
    """Read a JSON list of text and prefix; write a PostHTML as JSON, or null."""
    os.nice(NICENESS)
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
    made = post_html.convert(*json.load(sys.stdin))
    json.dump(made and asdict(made), sys.stdout)


if __name__ == "__main__":
    main()
