"""Normalises an e-mail address and hashes it, so that it is recognised without being stored."""

from django.utils.crypto import salted_hmac


def normal(email: str) -> str:
    return email.strip().lower()


def keyed(purpose: str, email: str) -> str:
    """Uses SECRET_KEY: somebody who steals the list cannot try addresses against it."""
    return salted_hmac(f"comments.{purpose}", normal(email), algorithm="sha256").hexdigest()
