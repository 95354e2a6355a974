"""How a connection to PostgreSQL is opened."""

import pytest

from config import env


def options_of(monkeypatch, query: str) -> dict:
    monkeypatch.setenv("DATABASE_URL", f"postgres://ana:secret@db.example.org/site{query}")
    return env.database("DATABASE_URL", None)["OPTIONS"]


@pytest.mark.parametrize("query", ["", "?sslmode=require"])
def test_nothing_is_compiled_for_a_page(monkeypatch, query):
    assert options_of(monkeypatch, query)["options"] == "-c jit=off"


def test_what_the_address_asks_for_is_handed_on(monkeypatch):
    assert options_of(monkeypatch, "?sslmode=require")["sslmode"] == "require"


@pytest.mark.parametrize("wanted", ["", "-c jit=on"])
def test_other_options_take_its_place(monkeypatch, wanted):
    assert options_of(monkeypatch, f"?options={wanted}")["options"] == wanted


def test_whoever_asks_a_host_that_is_silent_waits_no_minutes(monkeypatch):
    assert options_of(monkeypatch, "")["connect_timeout"] == "5"
    assert options_of(monkeypatch, "?connect_timeout=60")["connect_timeout"] == "60"
