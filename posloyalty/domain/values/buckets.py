"""Buckets: who is in which part of an experiment, by arithmetic alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

BUCKETS: Final = 100


def bucket_of(experiment: str, key: str) -> int:
    """From 0 to 99: the first 8 hexadecimal digits of SHA-256 of "experiment:key", modulo 100."""
    digest = sha256(f"{experiment}:{key}".encode()).hexdigest()
    return int(digest[:8], 16) % BUCKETS
