"""A stand-in for Akismet that speaks its HTTP; nothing of ours is faked, only the far end.

In a test:      with AkismetServer() as server: settings.AKISMET_SERVER = server.url
For a person:   python -m tests.akismet_server --port 8009 --key any
From outside:   POST /_control {"mode", "key", "script", "alert", "verdict"}, GET /_calls

A step of the script shapes one call and any of its words may be left out: delay (seconds), drop,
invalid (the reason), status, body, headers, drip (seconds between bytes), drip_from ("headers").
"""

import argparse
import contextlib
import hashlib
import json
import re
import threading
import time
import uuid
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

THANKS = "Thanks for making the web a better place."
MODES = (None, "hang", "down", "invalid")
STEERED = ("mode", "key", "script", "alert", "verdict")
SPAMMERS = ("akismet-guaranteed-spam", "viagra-test-123")
SPAMMERS_MAIL = "akismet-guaranteed-spam@example.com"
SPAM_WORDS = re.compile(r"\b(viagra|casino)\b", re.IGNORECASE)
WHAT_IS_LEARNED = (
    "comment_author",
    "comment_author_email",
    "comment_author_url",
    "comment_content",
)


@dataclass
class Call:
    path: str
    pairs: list
    headers: dict
    time: float = field(default_factory=time.time)

    @property
    def fields(self) -> dict:
        return dict(self.pairs)

    def values(self, name: str) -> list:
        return [value for key, value in self.pairs if key == name]


class AkismetServer:
    """Attributes may be set at any time; `alert` is a pair (code, message), `verdict` "true",
    `always` the step of each call that has none in the script."""

    def __init__(self, key: str = "stand-in-key", port: int = 0):
        self.key, self.port = key, port
        self.mode = self.alert = self.verdict = self.always = None
        self.calls, self.script, self.learned = [], [], {}
        self.limit, self.throttled = 350_000, False
        self.lock = threading.Lock()
        self._http = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def usage(self) -> int:
        return sum(call.path == "/1.1/comment-check" for call in self.calls)

    def start(self) -> "AkismetServer":
        """Also after stop(), at the same port: between them every connection is refused."""
        self._http = _Http(("127.0.0.1", self.port), _Handler)
        self._http.akismet = self
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        http, self._http = self._http, None
        if http:
            http.shutdown()
            http.server_close()

    __enter__ = start

    def __exit__(self, *exc_info) -> None:
        self.stop()

    def next(self, *steps: dict) -> None:
        self.script += steps

    def steer(self, orders: dict) -> None:
        """What POST /_control does: sets what it names, all or nothing."""
        if unknown := orders.keys() - set(STEERED):
            raise ValueError(f"cannot set {', '.join(sorted(unknown))}")
        if orders.get("mode") not in MODES:
            raise ValueError(f"mode is one of {MODES}")
        with self.lock:
            for name, value in orders.items():
                setattr(self, name, value)

    def take_step(self, call: Call) -> dict:
        """Keeps the call and says what shall happen to it."""
        with self.lock:
            self.calls.append(call)
            step = dict(self.script.pop(0)) if self.script else dict(self.always or {})
        if self.mode == "invalid":
            step.setdefault("invalid", "Invalid key")
        return step | ({"drop": True} if self.mode == "down" else {})

    def is_hanging(self) -> bool:
        return self.mode == "hang" and self._http is not None

    def answer(self, call: Call) -> tuple[str, dict]:
        """Body and headers, as the service answers in good health."""
        if reason := self._refusal(call):
            return "invalid", {"X-akismet-debug-help": reason}
        if call.path == "/1.1/verify-key":
            return "valid", self._alert_headers()
        if call.path == "/1.2/usage-limit":
            return self._usage_limit(), {"Content-Type": "application/json"}
        if call.path == "/1.2/key-sites":
            return self._key_sites(), {"Content-Type": "application/json"}
        if not call.fields.get("user_ip"):
            return "Missing required field: user_ip.", {}
        if call.path == "/1.1/comment-check":
            return self._check(call.fields)
        self._learn(call)
        return THANKS, {}

    def _refusal(self, call: Call) -> str:
        names = ("api_key", "key") if call.path == "/1.1/verify-key" else ("api_key",)
        keys = [call.fields[name] for name in names if call.fields.get(name)]
        blog = call.fields.get("blog", "")
        if not keys:
            return 'Empty "api_key" value'
        if not blog and call.path.startswith("/1.1/"):
            return 'Empty "blog" value'
        if blog and not re.match(r"https?://[^/]+", blog):
            return "We were unable to parse your blog URI"
        return "" if keys[0] == self.key else "Invalid key"

    def _alert_headers(self) -> dict:
        names = ("X-akismet-alert-code", "X-akismet-alert-msg")
        return dict(zip(names, map(str, self.alert), strict=True)) if self.alert else {}

    def _usage_limit(self) -> str:
        percentage = f"{100 * self.usage / self.limit:.2f}"
        told = {"limit": self.limit, "usage": self.usage, "percentage": percentage}
        return json.dumps(told | {"throttled": self.throttled})

    def _key_sites(self) -> str:
        return json.dumps({time.strftime("%Y-%m"): [], "limit": 500, "offset": 0, "total": 0})

    def _check(self, fields: dict) -> tuple[str, dict]:
        verdict, text = self._verdict(fields), fields.get("comment_content", "")
        headers = self._alert_headers() | {"X-akismet-guid": uuid.uuid4().hex}
        if verdict == "true" and "standin:discard" in text:
            headers["X-akismet-pro-tip"] = "discard"
        if verdict == "false" and "standin:recheck" in text:
            headers["X-akismet-recheck-after"] = "120"
        return verdict, headers

    def _verdict(self, fields: dict) -> str:
        text, trap = fields.get("comment_content", ""), fields.get("honeypot_field_name")
        if "administrator" in fields.get("user_role", "").split(","):
            return "false"
        if fields.get("comment_author") in SPAMMERS:
            return "true"
        if fields.get("comment_author_email") == SPAMMERS_MAIL:
            return "true"
        if self.verdict or (known := self.learned.get(_fingerprint(fields))):
            return self.verdict or known
        spam = len(re.findall("https?://", text)) > 4 or SPAM_WORDS.search(text)
        return "true" if fields.get(trap) or spam or "standin:discard" in text else "false"

    def _learn(self, call: Call) -> None:
        verdict = "true" if call.path == "/1.1/submit-spam" else "false"
        if call.fields.get("is_test", "").lower() not in ("1", "true"):
            self.learned[_fingerprint(call.fields)] = verdict


def _fingerprint(fields: dict) -> str:
    said = json.dumps([fields.get(name, "") for name in WHAT_IS_LEARNED])
    return hashlib.sha256(said.encode()).hexdigest()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address) -> None:
        """A client that hung up is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    paths = tuple(
        f"/1.1/{name}" for name in ("verify-key", "comment-check", "submit-spam", "submit-ham")
    ) + ("/1.2/usage-limit", "/1.2/key-sites")

    def log_message(self, *args) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/_calls":
            calls = [asdict(call) for call in self.server.akismet.calls]
            return self.send(json.dumps(calls), {"Content-Type": "application/json"})
        # The older endpoints take a POST's body only.
        query = url.query if url.path.startswith("/1.2/") else ""
        self.handle_call(url.path, query)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(
            "utf-8", "replace"
        )
        if self.path != "/_control":
            return self.handle_call(urlsplit(self.path).path, body)
        try:
            self.server.akismet.steer(json.loads(body))
        except (ValueError, AttributeError) as wrong:
            return self.send(str(wrong), status=400)
        self.send("{}", {"Content-Type": "application/json"})

    def handle_call(self, path: str, form: str) -> None:
        akismet = self.server.akismet
        call = Call(path, parse_qsl(form, keep_blank_values=True), dict(self.headers))
        step = akismet.take_step(call)
        time.sleep(step.get("delay", 0))
        hangs = akismet.is_hanging()
        while akismet.is_hanging():
            time.sleep(0.02)
        if hangs or step.get("drop"):
            self.close_connection = True
            return
        if path not in self.paths:
            return self.send("Not Found", status=404)
        self.send_step(step, *self.shape(step, call))

    def shape(self, step: dict, call: Call) -> tuple[str, dict]:
        body, headers = ("", {}) if "status" in step else self.server.akismet.answer(call)
        if "invalid" in step:
            body, headers = "invalid", {"X-akismet-debug-help": step["invalid"]}
        return step.get("body", body), headers | step.get("headers", {})

    def send_step(self, step: dict, body: str, headers: dict) -> None:
        pause, early = step.get("drip", 0), step.get("drip_from") == "headers"
        self.send(body, headers, step.get("status", 200), pause if early else 0, pause)

    def send(self, body, headers=(), status=200, pause_head=0, pause_body=0) -> None:
        raw = body.encode()
        self.send_response(status)
        told = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(raw))}
        told |= {"X-akismet-server": "stand-in", "Connection": "close"}
        for name, value in (told | dict(headers)).items():
            self.send_header(name, value)
        head = b"".join(self._headers_buffer) + b"\r\n"
        self._headers_buffer = []
        self.write(head, pause_head)
        self.write(raw, pause_body)

    def write(self, raw: bytes, pause: float) -> None:
        for at in range(0, len(raw), 1 if pause else max(len(raw), 1)):
            self.wfile.write(raw[at : at + 1] if pause else raw)
            time.sleep(pause)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.akismet_server")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--key", default="stand-in-key")
    chosen = options.parse_args()
    with AkismetServer(chosen.key, chosen.port) as server, contextlib.suppress(KeyboardInterrupt):
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
