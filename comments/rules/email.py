"""Normalises an e-mail address and hashes it, so that it is recognised without being stored."""

from django.utils.crypto import salted_hmac


def normalized(email: str) -> str:
    return email.strip().lower()


def keyed_hash(purpose: str, email: str) -> str:
    """Uses SECRET_KEY: somebody who steals the list cannot try addresses against it."""
    return salted_hmac(f"comments.{purpose}", normalized(email), algorithm="sha256").hexdigest()
