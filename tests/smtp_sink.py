"""A mail server on loopback that keeps what it is sent, or refuses, or never answers."""

import socketserver
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from config.mail import mailer

ANSWERS = {"ok": "250 kept", "refuse": "550 no such user", "later": "451 come again"}


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        sink = self.server.sink
        if sink.mode == "hang":
            while sink.mode == "hang":
                time.sleep(0.05)
            return
        self.say("220 sink")
        while line := self.rfile.readline(1_000):
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                sink.keep(self.read_message())
                if sink.mode == "breaks":
                    return
                self.say("250 kept")
            elif word == b"RCPT":
                self.say(ANSWERS.get(sink.mode, ANSWERS["ok"]))
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def read_message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


class SmtpSink:
    """`mode`: ok, refuse (this address, for ever), later (this address), hang, breaks (off once it
    has the mail)."""

    def __init__(self):
        self.port, self.mode, self.mails = 0, "ok", []
        self._server = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> "SmtpSink":
        """Again at the port that it had."""
        self._server = Server(("127.0.0.1", self.port), Session)
        self._server.sink = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def serve(self, settings, **options) -> None:
        """Make it the mail server of the site."""
        there = {"host": "127.0.0.1", "port": self.port, "timeout": 0.5}
        for name, value in mailer("smtp", **there, **options).items():
            setattr(settings, name, value)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def keep(self, raw: bytes) -> None:
        self.mails.append(message_from_bytes(raw, policy=policy.default))

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"].addresses[0].addr_spec == address]
