"""When to ask a server once more, and how long to wait before."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlctl.cluster.http.status_error import Refusal

ATTEMPTS = 6
"""Tries of one request; with the waits below, some ten seconds."""

ATTEMPTS_500 = 3
"""Tries after an internal error: often a webhook that is about to come back, else it stays as it is."""

_FIRST = 0.2
_LONGEST = 8.0
_LONGEST_ASKED = 60.0
"""Seconds: of the first wait, of any wait of ours, and of a wait that the server asks for."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The waiting between tries; `sleep` and `chance` are given in so that tests need no time.

    `chance` returns a number from 0 to 1: waits are spread so that many clients do not come back
    in the same moment.
    """

    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def wait(self, attempt: int, asked: float | None = None) -> None:
        """Wait after the try of that number (from 1): what the server asks for, else ever longer."""
        if asked is not None:
            self.sleep(min(asked, _LONGEST_ASKED) + self.chance() * _FIRST)
        else:
            longest = min(_FIRST * 2.0**attempt, _LONGEST)
            self.sleep(longest * (0.5 + self.chance() / 2))


def worth_another_try(refusal: Refusal, attempt: int, *, idempotent: bool) -> bool:
    """Whether a refusal may be gone at the next try.

    429 says that nothing was done, so that every request may come again; after 5xx only those that
    do no harm when they are done twice.
    """
    if refusal.code == 429:
        return attempt < ATTEMPTS
    if not idempotent or refusal.code < 500 or refusal.is_about_the_body:
        return False
    if refusal.code == 500:
        return refusal.reason == "InternalError" and attempt < ATTEMPTS_500
    return refusal.code in (502, 503, 504) and attempt < ATTEMPTS


def retry_after(headers: Mapping[str, str], refusal: Refusal) -> float | None:
    """Seconds that the server asks to wait: its header, or `retryAfterSeconds` of its Status."""
    stated = headers.get("Retry-After", "") or str(refusal.details.get("retryAfterSeconds") or "")
    return float(stated) if stated.isdigit() else None
