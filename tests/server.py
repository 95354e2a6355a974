"""The web server alone, with the site's own command line, asked over a real socket."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

from config.server.command import command
from tests.site import ROOT, free_port


class Server:
    def __init__(self, folder: Path, application: str = "tests.echo:make_echo", **environment):
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                command("127.0.0.1", str(self.port), application),
                cwd=ROOT,
                env=kept | {"DATA_DIR": str(folder), "PORT": str(self.port)} | environment,
                stderr=log,
            )

    def start(self) -> "Server":
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                self.connect().close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=20)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def ask(self, request: bytes, *, end=False) -> "Reply":
        """`end`: the client says that it will send no more."""
        with self.connect() as client:
            client.sendall(request)
            if end:
                client.shutdown(socket.SHUT_WR)
            return Reply(receive_all(client))

    def get(self, path: str, *headers: str, method: str = "GET", body: bytes = b"", end=False):
        """`headers`: beside Host and Connection, as lines."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close"]
        head = "\r\n".join([*lines, *headers, "", ""])
        return self.ask(head.encode("latin-1") + body, end=end)

    def post(self, body: bytes, *headers: str, length: int | None = None, end=False):
        length = len(body) if length is None else length
        headers = (f"Content-Length: {length}", *headers)
        return self.get("/echo/", *headers, method="POST", body=body, end=end)

    def post_chunks(self, chunks: bytes, *headers: str, end=False):
        headers = ("Transfer-Encoding: chunked", *headers)
        return self.get("/echo/", *headers, method="POST", body=chunks, end=end)


class Reply:
    def __init__(self, data: bytes):
        head, _, self.body = data.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 100"):
            head, _, self.body = self.body.partition(b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(line.split(" ")[1]) if line else None
        self.headers = [(n.lower(), v) for n, _, v in (line.partition(": ") for line in lines)]

    def header(self, name: str) -> str | None:
        return dict(self.headers).get(name)

    @property
    def json(self) -> dict:
        assert self.status == 200, (self.status, self.body)
        return json.loads(self.body)


def receive_all(client: socket.socket) -> bytes:
    data = b""
    while part := client.recv(65536):
        data += part
    return data
