"""Readers' comments while an editor saves a text of 36,000 words again and again.

python -m tests.bench.long_saves [comments]
"""

import http.client
import sys
import tempfile
import threading
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from tests.bench.outages import post_one
from tests.site import RunningSite

TEXT = "\n\n".join(
    ["Nobody got *into* the tram, and [the sea](https://example.org/sea) took its time."] * 2_600
)
TOKEN = "a" * 32


@dataclass
class Measured:
    alone: float  # the mean in ms: a few that wait long count
    beside: float
    saves: int

    @property
    def ratio(self) -> float:
        return self.beside / self.alone

    def __str__(self):
        return f"POST alone {self.alone:.0f} ms, beside {self.saves} saves {self.beside:.0f} ms"


def measure(site: RunningSite, saver: "Saver", comments: int) -> Measured:
    path = site.make_post()
    saver.save()  # both have warmed up
    mean_of(site, path, 5)
    alone = mean_of(site, path, comments)
    saver.start()
    try:
        beside = mean_of(site, path, comments)
    finally:
        saver.stop()
    return Measured(alone, beside, saver.saves)


def mean_of(site, path: str, comments: int) -> float:
    return 1000 * fmean(post_one(site, path, f"Nobody got in, {n}.") for n in range(comments))


class Saver:
    """An editor with a draft of 36,000 words that changes with each save."""

    def __init__(self, site: RunningSite):
        self.site, self.saves, self.is_done = site, 0, threading.Event()
        self.session = site.open_session(site.make_user("Author", "ana"))
        self.thread = None

    def start(self) -> None:
        self.saves = 0
        self.is_done.clear()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def stop(self) -> None:
        self.is_done.set()
        self.thread.join()

    def _run(self) -> None:
        while not self.is_done.is_set():
            self.save()

    def save(self) -> None:
        """Each a post of its own: nobody has to ask for its version."""
        fields = {"csrfmiddlewaretoken": TOKEN, "_publish": "1", "title": f"Save {self.saves}"}
        fields |= {"body": f"{self.saves} {TEXT}", "_anyway": "1", "_pressed": "_publish"}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={TOKEN}; sessionid={self.session}",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": "20.0.0.7",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        body = urllib.parse.urlencode(fields)
        connection.request("POST", "/admin/blog/post/add/", body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 302, answer.status
        self.saves += 1


def main(comments: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = RunningSite(Path(folder), TRUSTED_PROXIES="1").start()
        try:
            print(measure(site, Saver(site), comments))
        finally:
            site.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100)
