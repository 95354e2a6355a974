"""Random identifiers that are never reused, even after a backup is restored. A sequence would start
again where the backup ends, and an old link would lead to another comment.
"""

import secrets

# Above the old sequential ids, below the largest integer that JavaScript reads exactly.
SMALLEST, BEYOND = 2**32, 2**53


def new_identifier() -> int:
    return SMALLEST + secrets.randbelow(BEYOND - SMALLEST)
