"""Identifiers that are never given out twice, also after a backup was restored: a sequence would
start again where the backup ends, and an old link would name somebody else's comment."""

import secrets

# Above the numbers that comments had before, below what JavaScript still reads exactly.
SMALLEST, BEYOND = 2**32, 2**53


def new_identifier() -> int:
    return SMALLEST + secrets.randbelow(BEYOND - SMALLEST)
