"""A PostgreSQL of our own, with its defaults: fsync on."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site import free_port


def is_installed() -> bool:
    return bool(_folders())


def _folders() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: int(bin.parent.name))


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of its database; what is in the folder stays."""
    if not folder.exists():
        folder.mkdir(parents=True)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        _run("initdb", "-D", folder / "data", "-U", "broadside", "-A", "trust", "-E", "UTF8")
    port = free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    _run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgres://broadside@127.0.0.1:{port}/postgres"
    finally:
        _run("pg_ctl", "-D", folder / "data", "-w", "-m", "fast", "stop")


def _run(program: str, *arguments) -> None:
    """PostgreSQL refuses to run as root."""
    command = [_folders()[-1] / program, *arguments]
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
