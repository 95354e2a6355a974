"""SQLite's log is written back by the worker, and by a request only once it is large."""

import fcntl
import sqlite3
import time
from contextlib import closing

import pytest
from django.db.utils import ConnectionHandler

from blog import transactions
from config import env

pytestmark = pytest.mark.django_db


def test_the_log_goes_back_into_its_file(tmp_path, monkeypatch):
    file = ConnectionHandler({"default": env.sqlite(tmp_path / "a.sqlite3")})["default"]
    monkeypatch.setattr(transactions, "connection", file)
    with file.cursor() as cursor:
        cursor.execute("CREATE TABLE a (b)")
        cursor.execute("INSERT INTO a VALUES (1)")
    before = (tmp_path / "a.sqlite3").stat().st_size
    transactions.write_back()
    assert (tmp_path / "a.sqlite3").stat().st_size > before
    file.close()


def test_the_log_is_emptied_as_soon_as_nobody_reads_an_earlier_state(tmp_path, monkeypatch):
    file = ConnectionHandler({"default": env.sqlite(tmp_path / "a.sqlite3")})["default"]
    monkeypatch.setattr(transactions, "connection", file)
    with file.cursor() as cursor:
        cursor.execute("CREATE TABLE a (b)")
        cursor.execute("INSERT INTO a VALUES ('erased')")
        with closing(sqlite3.connect(tmp_path / "a.sqlite3")) as reader:
            rows = reader.execute("SELECT b FROM a UNION ALL SELECT b FROM a")
            assert next(rows) == ("erased",)
            cursor.execute("DELETE FROM a")
            began = time.monotonic()
            assert not transactions.write_back() and time.monotonic() - began < 5
            assert b"erased" in (tmp_path / "a.sqlite3-wal").read_bytes()
            assert list(rows) == [("erased",)]
            assert transactions.write_back()
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (transactions.ELSEWHERE * 1000,)
    assert (tmp_path / "a.sqlite3-wal").read_bytes() == b""
    assert b"erased" not in (tmp_path / "a.sqlite3").read_bytes()
    file.close()


def test_the_log_stays_while_somebody_else_keeps_the_turn(tmp_path, monkeypatch, settings):
    file = ConnectionHandler({"default": env.sqlite(tmp_path / "a.sqlite3")})["default"]
    monkeypatch.setattr(transactions, "connection", file)
    monkeypatch.setattr(transactions, "IN_REQUEST", 0.1)
    with file.cursor() as cursor:
        cursor.execute("CREATE TABLE a (b)")
    settings.WRITE_LOCK.parent.mkdir(parents=True, exist_ok=True)
    with settings.WRITE_LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not transactions.write_back()
    assert transactions.write_back()
    file.close()


def test_nothing_is_written_back_within_a_transaction(tmp_path, monkeypatch):
    file = ConnectionHandler({"default": env.sqlite(tmp_path / "a.sqlite3")})["default"]
    monkeypatch.setattr(transactions, "connection", file)
    with file.cursor() as cursor:
        cursor.execute("CREATE TABLE a (b)")
    before = (tmp_path / "a.sqlite3").stat().st_size
    file.in_atomic_block = True
    transactions.write_back()
    assert (tmp_path / "a.sqlite3").stat().st_size == before
    file.in_atomic_block = False
    file.close()
