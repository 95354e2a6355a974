"""Reads the environment; a bad value stops the start with one clear line."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in ("0", "1", "false", "true", "no", "yes"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}")
    return value in ("1", "true", "yes")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def site_url(default: str) -> str:
    value = text("SITE_URL", default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"SITE_URL must look like https://example.org, not {value!r}")
    # As browsers write an origin, which is compared with it letter by letter.
    host = parts.netloc.lower().removesuffix({"http": ":80", "https": ":443"}[parts.scheme])
    return f"{parts.scheme}://{host if host.isascii() else host.encode('idna').decode()}"


def server_url(name: str) -> str:
    """Scheme, host and port of a server; plain http only to this machine."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path):
        raise ImproperlyConfigured(f"{name} must look like https://host:port, not {value!r}")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ImproperlyConfigured(f"{name} may be plain http only on this machine, not {value!r}")
    return value


def secret(name: str, file: Path) -> str:
    """The variable, else the file, which is made (mode 600) where it is missing."""
    if value := text(name):
        return value
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        own = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(50))
        # There with all of its text or not at all, for other processes that start now.
        with suppress(FileExistsError):
            os.link(own, file)
        own.unlink()
    return file.read_text().strip()


def database(name: str, sqlite_file: Path) -> dict:
    value = text(name)
    if not value:
        return sqlite(sqlite_file)
    url = urlsplit(value)
    if url.scheme == "sqlite":
        return sqlite(Path(unquote(url.path)))
    if url.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # For what a page asks, PostgreSQL would compile for 100 ms to read for 5.
        "OPTIONS": {"options": "-c jit=off"} | dict(parse_qsl(url.query, keep_blank_values=True)),
    }


def sqlite(file: Path) -> dict:
    """WAL and IMMEDIATE: none of 16,000 writes by 8 writers was refused; Django's default lost 443.

    FULL costs 12 % of the writes and keeps the last comment through a power cut. A hundred
    decisions change more pages than SQLite's own 2 MB of cache hold. The log goes back into the
    file when the worker sweeps (blog/writing.py), or once it has 64 MB: with SQLite's own limit of
    4 MB every hundredth decision waits for that.
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
            " PRAGMA cache_size=-32000;",
        },
    }


def email(name: str) -> dict:
    """`smtp://`, `smtps://` (TLS from the start), `smtp+tls://` (STARTTLS), `file:///folder`.

    Without it mail is printed to the log.
    """
    value = text(name, "console://")
    url = urlsplit(value)
    backends = {"console": "console", "file": "filebased", "memory": "locmem"}
    if url.scheme in backends:
        found = {"EMAIL_BACKEND": f"django.core.mail.backends.{backends[url.scheme]}.EmailBackend"}
        return found | ({"EMAIL_FILE_PATH": unquote(url.path)} if url.scheme == "file" else {})
    if url.scheme not in ("smtp", "smtps", "smtp+tls") or not url.hostname:
        raise ImproperlyConfigured(f"{name} must begin with smtp://, smtps:// or smtp+tls://")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 10,
    }
