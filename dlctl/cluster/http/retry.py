"""Retries: which responses are retried, and after which delay."""

import math
import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from dlctl.errors import ClusterError

if TYPE_CHECKING:
    from dlctl.cluster.answers.answer import Address
    from dlctl.cluster.http.refusal import Refusal


ATTEMPTS = 6
"""Attempts of one request; with the delays below, about ten seconds."""

ATTEMPTS_500 = 3
"""Attempts after an internal error; often a webhook is restarting, else the error is permanent."""

ATTEMPTS_KIND = 2
"""Attempts where the server works, but a webhook or a server that it needs for one kind does not."""

_FIRST = 0.2
_LONGEST = 8.0
"""Delays in seconds: the first, and the longest."""


_JITTER = random.Random()


class Retry(Struct, frozen=True):
    """The delay between attempts; `sleep` and `chance` are parameters for the tests.

    `chance` returns a random number from 0 to 1 (jitter), so that many clients do not retry at the same
    moment.
    """

    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = _JITTER.random

    def wait(self, attempt: int, asked: float | None = None, most: float = math.inf) -> bool:
        """Wait after this attempt (from 1): as long as requested, else with exponential back-off.

        It is never longer than `most` seconds: false, without a wait, if there are none, or if the server
        requests more.
        """
        if not most or (asked or 0) > most:
            return False
        if asked is not None:
            seconds = asked + self.chance() * _FIRST
        else:
            longest = min(_FIRST * 2.0**attempt, _LONGEST)
            seconds = longest * (0.5 + self.chance() / 2)
        self.sleep(min(seconds, most))
        return True


def is_retryable(refusal: "Refusal", attempt: int, *, idempotent: bool) -> bool:
    """Whether a refused request should be retried.

    429 means that nothing was done, so any request can be retried; after 5xx only idempotent ones.
    """
    if refusal.is_permanent:
        return idempotent and attempt < ATTEMPTS_KIND
    if refusal.code == 429:
        return attempt < ATTEMPTS
    if not idempotent or refusal.code < 500 or refusal.is_about_the_body:
        return False
    if refusal.code == 500:
        return refusal.reason == "InternalError" and attempt < ATTEMPTS_500
    return refusal.code in (502, 503, 504) and attempt < ATTEMPTS


def retry_after(headers: Mapping[str, str], refusal: "Refusal") -> float | None:
    """The delay in seconds that the server requests: its header, or `retryAfterSeconds` of its Status."""
    stated = headers.get("Retry-After", "") or str(refusal.details.get("retryAfterSeconds") or "")
    return float(stated) if stated.isascii() and stated.isdigit() else None


def asked_to_wait(error: ClusterError, server: "Address", seconds: float, limit: float) -> ClusterError:
    """The same error where the server requests a longer delay than is left of the time limit of a request."""
    who = "it" if server.name in error.message else server.name
    told = error.with_message(
        f"{error.message}; {who} asks to wait {seconds:g} s, longer than is left of the time limit of a "
        f"request ({limit:g} s)"
    )
    again = "run the command again after that time, or increase --request-timeout"
    told.hint = f"{again}; the server URL is in {server.written}"
    return told
