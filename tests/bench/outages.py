"""Comments sent while Akismet does not do what it should: none lost, none public, none slow.

python -m tests.bench.outages [comments for each fault]
"""

import http.client
import sys
import tempfile
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.site import RunningSite

CLIENTS = 4
FAULTS = {
    "hung": {"mode": "hang"},
    "refused": {"stopped": True},
    "500": {"always": {"status": 500}},
    "429": {"always": {"status": 429, "headers": {"Retry-After": "60"}}},
    "garbage": {"always": {"body": "<html>perhaps</html>"}},
    "invalid": {"mode": "invalid"},
    "error header": {"always": {"body": "false", "headers": {"X-akismet-error": "suspended"}}},
}
_number = count(1)


@dataclass
class Measured:
    fault: str
    sent: int
    kept: int
    public: int
    asked: int
    p50: float
    p99: float

    def __str__(self):
        return (
            f"{self.fault:13} sent {self.sent}, kept {self.kept}, public {self.public}, "
            f"calls to Akismet {self.asked}, POST p50 {self.p50:.0f} ms, p99 {self.p99:.0f} ms"
        )


def measure(site: RunningSite, fault: str, comments: int) -> Measured:
    order, path = FAULTS[fault], site.make_post()
    post_one(site, path, f"The first warms the server up, {fault}")
    site.akismet.calls.clear()
    break_akismet(site, order)
    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            bodies = [f"Sent while {fault} on {path}, number {n}." for n in range(comments)]
            times = sorted(pool.map(lambda body: post_one(site, path, body), bodies))
        asked = len(site.akismet.calls)
    finally:
        mend_akismet(site)
    like = f"Sent while {fault} on {path}, number %"
    kept = site.rows("SELECT status FROM comments_comment WHERE body LIKE ?", like)
    return Measured(
        fault=fault,
        sent=comments,
        kept=len(kept),
        public=sum(row["status"] == "approved" for row in kept) + site.get(path).count(like[:-1]),
        asked=asked,
        p50=1000 * times[len(times) // 2],
        p99=1000 * times[int(len(times) * 0.99) - 1],
    )


def break_akismet(site, order: dict) -> None:
    site.akismet.mode, site.akismet.always = order.get("mode"), order.get("always")
    if order.get("stopped"):
        site.akismet.stop()


def mend_akismet(site) -> None:
    site.akismet.mode = site.akismet.always = None
    if site.akismet._http is None:
        site.akismet.start()
    # So that the next fault meets a worker that believes in Akismet.
    site.pass_time(120)
    site.sweep()
    state = "SELECT state FROM comments_heartbeat WHERE name = 'akismet'"
    site.wait_until(lambda: site.rows(state) in ([], [{"state": "ok"}]), seconds=90)


def post_one(site, path: str, body: str) -> float:
    """The seconds until the answer is there; each reader in a network of their own."""
    number = next(_number)
    fields = {"name": "Ana", "email": f"ana{number}@example.net", "body": body, "homepage2": ""}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "User-Agent": "Reader/1.0",
        "X-Forwarded-For": f"20.{number // 250}.{number % 250}.7",
    }
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    started = time.monotonic()
    connection.request("POST", f"{path}comments/", urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    taken = time.monotonic() - started
    connection.close()
    assert answer.status == 303, answer.status
    return taken


def main(comments: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = RunningSite(Path(folder), TRUSTED_PROXIES="1").start()
        try:
            for fault in FAULTS:
                print(measure(site, fault, comments), flush=True)
        finally:
            site.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
