"""An e-mail address, and the keyed hash by which it is known without being kept."""

from django.utils.crypto import salted_hmac


def normal(email: str) -> str:
    return email.strip().lower()


def keyed(purpose: str, email: str) -> str:
    """By SECRET_KEY: whoever steals the list cannot try addresses against it."""
    return salted_hmac(f"comments.{purpose}", normal(email), algorithm="sha256").hexdigest()
