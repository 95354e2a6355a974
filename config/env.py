"""Reads settings from the environment.

A bad value stops the start with one line that names the variable and a good value.
"""

import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9.])?|\[[a-f0-9:.]+\]", re.IGNORECASE)
# Shorter ones can be guessed; a higher minimum would stop sites that run already.
SHORTEST_SECRET = 20
MOST_PROXIES = 20


def refuse(name: str, must: str, value: str | None = None) -> ImproperlyConfigured:
    """Pass no `value` if it holds a secret."""
    end = "" if value is None else f", not {value[:100]!r}"
    return ImproperlyConfigured(f"{name} must {must}{end}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in ("0", "1", "false", "true", "no", "yes"):
        raise refuse(name, "be 0 or 1", value)
    return value in ("1", "true", "yes")


def number(name: str, default: int, *, least: int = 0, most: int) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise refuse(name, f"be a number from {least} to {most}, such as {default}", value)
    return int(value)


def port(name: str, default: int) -> int:
    return number(name, default, least=1, most=65_535)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise refuse(name, f"be one of {', '.join(allowed)}", value)
    return value


def site_url(default: str) -> str:
    value = text("SITE_URL", default).rstrip("/")
    parts = split(value)
    origin = split(_as_browsers_write(parts)) if parts else None
    if not origin or not _is_server(origin):
        raise refuse("SITE_URL", "look like https://example.org", value)
    return origin.geturl()


def _as_browsers_write(parts: SplitResult) -> str:
    # Origins are compared letter by letter, so write it as browsers send it.
    if parts.scheme not in ("http", "https"):
        return ""
    host = parts.netloc.lower().removesuffix({"http": ":80", "https": ":443"}[parts.scheme])
    with suppress(UnicodeError):
        host = host if host.isascii() else host.encode("idna").decode()
    return parts._replace(netloc=host).geturl()


def host_of(url: str) -> str:
    host = urlsplit(url).hostname
    return f"[{host}]" if ":" in host else host


def server_url(name: str) -> str:
    # Scheme, host and port; plain http is allowed to this machine only.
    value = text(name).rstrip("/")
    if not value:
        return value
    parts = split(value)
    if not parts or not _is_server(parts) or parts.scheme not in ("http", "https"):
        raise refuse(name, "look like https://example.org:8443", value)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        must = "begin with https://; plain http is for this machine, such as http://127.0.0.1:8009"
        raise refuse(name, must, value)
    return value


def split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 (raises ValueError)
    except ValueError:
        return None
    return parts


def _is_server(parts: SplitResult) -> bool:
    host = parts.netloc.removesuffix(f":{parts.port}")
    return bool(HOST.fullmatch(host)) and not (parts.path or parts.query or parts.fragment)


def hosts(name: str) -> list[str]:
    found = [host.strip() for host in text(name).split(",") if host.strip()]
    for host in found:
        if host != "*" and not HOST.fullmatch(host.removeprefix(".")):
            must = "be host names without http:// or port, such as example.org,www.example.org"
            raise refuse(name, must, host)
    return found


def akismet_key(name: str) -> str:
    value = text(name)
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", value):
        raise refuse(name, "be the key alone, letters and digits such as 0a1b2c3d4e5f")
    return value


def secret(name: str, file: Path) -> str:
    """Return the variable, or the content of the file, which is created if it is missing."""
    if value := text(name):
        is_weak = len(set(value)) < 5 or value.startswith("django-insecure-")
        if len(value) < SHORTEST_SECRET or is_weak:
            must = f"be {SHORTEST_SECRET} or more random characters; without it, one is made and"
            raise refuse(name, f"{must} kept in {file}")
        return value
    try:
        if not file.exists():
            _make_secret(file)
        stored = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"SECRET_KEY cannot be read from {file}: {error}") from None
    if not stored:
        must = f"be in {file}, which is empty: restore it, or delete it and all are signed out"
        raise refuse(name, must)
    return stored


def _make_secret(file: Path) -> None:
    # Written under another name first: nobody reads half of it, and two processes use the same one.
    # Written under another name first, so that nobody reads half of it and two processes agree.
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()


def private_folder(name: str, default: Path) -> Path:
    """Create a folder for this account alone, and take away the rights of others on an existing
    one."""
    folder = _folder(name, default, 0o700)
    mode = folder.stat().st_mode
    if mode & stat.S_ISVTX or folder in (Path("/"), Path.home()):
        raise refuse(name, "be a folder for Broadside alone, such as /srv/broadside", str(folder))
    if mode & 0o077:
        for path in (*folder.rglob("*"), folder):
            _close_to_others(path)
    return folder


def _close_to_others(path: Path) -> None:
    # Files of other accounts cannot be changed, and files that are gone need no change.
    with suppress(PermissionError, FileNotFoundError):
        found = path.lstat()
        if not stat.S_ISLNK(found.st_mode) and found.st_uid == os.geteuid():
            path.chmod(found.st_mode & 0o700)


def public_folder(name: str, default: Path, *, private: Path) -> Path:
    """Create a folder that a web server can read, unless it lies in the private one."""
    wanted = Path(text(name, str(default)))
    return _folder(name, default, 0o700 if wanted.is_relative_to(private) else 0o755)


def _folder(name: str, default: Path, mode: int) -> Path:
    value = text(name, str(default))
    must = f"be the path of a folder that can be written to, such as {default}"
    if value.startswith("~"):
        raise refuse(name, must, value)
    folder = Path(value)
    try:
        folder = folder.resolve()
        for path in reversed([folder, *folder.parents]):
            if not path.exists():
                path.mkdir()
                path.chmod(mode)
        is_good = folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except (OSError, RuntimeError):
        is_good = False
    if not is_good:
        raise refuse(name, must, value)
    return folder


def database(name: str, sqlite_file: Path) -> dict:
    value = text(name)
    if not value:
        return sqlite(sqlite_file)
    url = split(value)
    if url and url.scheme == "sqlite":
        return sqlite(_sqlite_file(name, url))
    is_postgres = url and url.scheme in ("postgres", "postgresql") and url.path.strip("/")
    if not is_postgres:
        raise refuse(name, "look like postgres://user:password@host/name or sqlite:///folder/file")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # PostgreSQL would compile queries for 100 ms that run for 5.
        "OPTIONS": {"options": "-c jit=off", "connect_timeout": "5"} | _libpq(name, url.query),
    }


def _libpq(name: str, query: str) -> dict[str, str]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    options = dict(parse_qsl(query, keep_blank_values=True))
    try:
        make_conninfo(**options)
    except ProgrammingError as error:
        must = "have only libpq's options behind its ?, such as ?sslmode=require"
        raise ImproperlyConfigured(f"{name} must {must}: {_first_line(error)}") from None
    return options


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _sqlite_file(name: str, url: SplitResult) -> Path:
    file = Path(unquote(url.path))
    is_good = file.name and not url.netloc and not file.is_dir()
    if not is_good or not os.access(file.parent, os.W_OK | os.X_OK):
        must = "name a file in a folder that can be written to, such as sqlite:////srv/site.sqlite3"
        raise refuse(name, must)
    for path in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        _close_to_others(path)
    return file


def sqlite(file: Path) -> dict:
    """WAL and IMMEDIATE: none of 16,000 writes by 8 writers failed; with Django's defaults 443
    did.

    FULL costs 12 % of the writes and keeps the last comment through a power failure. A hundred
    decisions change more pages than SQLite's default cache of 2 MB holds. The worker writes the
    log back (blog/transactions.py), or a writer once it has 64 MB: with SQLite's limit of 4 MB
    every hundredth decision waits for that. secure_delete writes zeros over what is deleted; some
    builds of SQLite do so without being told, others do not.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            " PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=16000;"
            " PRAGMA cache_size=-32000; PRAGMA secure_delete=ON;",
        },
    }


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse(name, "look like Europe/London", value) from None
    return value


def language(name: str, default: str) -> str:
    # Also as systems set the variable themselves, such as en_GB:en.
    value = text(name, default)
    code = value.partition(":")[0].partition(".")[0].replace("_", "-").lower()
    languages = dict(global_settings.LANGUAGES)
    is_code = re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", code)
    if not is_code or not (code in languages or code.partition("-")[0] in languages):
        raise refuse(name, "be the code of a language, such as en-gb or de", value)
    return code
