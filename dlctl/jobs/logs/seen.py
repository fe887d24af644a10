"""Which lines of a log were given out: after a broken connection it goes on without loss and without repeat.

The API server takes the time to go on from in whole seconds, so lines of the last two seconds come again.
Their order is that of the log's file: what comes before the first known one was left out on purpose (--tail).
"""

from collections import Counter, deque
from datetime import UTC, datetime, timedelta

from dlctl.pattern import pattern

KEPT = 10_000
"""Lines of the last two seconds that are known at most; older ones are recognized by their time."""
_STAMP = pattern(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?")
_Stamp = tuple[datetime, str]
"""The second of a line, and the fraction of it."""


class Seen:
    """The last lines of one log."""

    def __init__(self) -> None:
        self._recent: deque[tuple[_Stamp, int]] = deque(maxlen=KEPT)
        self._again: Counter[tuple[_Stamp, int]] = Counter()
        self._oldest: _Stamp | None = None

    @property
    def since(self) -> str:
        """The time to go on from; empty before the first line."""
        if not self._recent:
            return ""
        newest = max(stamp for stamp, _ in self._recent)[0]
        return (newest - timedelta(seconds=1)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def resume(self) -> None:
        """The log is read again, from `since` on."""
        self._again = Counter(self._recent)
        self._oldest = min((stamp for stamp, _ in self._recent), default=None)

    def new(self, line: str) -> tuple[str, str] | None:
        """The time and the text of a line; None for one that was given out before."""
        found = _STAMP.match(line)
        stamp = _stamp(found[1], found[2] or "", found[3]) if found else None
        if found is None or stamp is None:  # the node reports about itself
            return "", line
        known = stamp, hash(line)
        if self._is_known(known):
            return None
        self._note(known)
        return found[0].rstrip(), line[found.end() :]

    def _is_known(self, known: tuple[_Stamp, int]) -> bool:
        if self._again[known]:
            self._again[known] -= 1
            self._oldest = None  # what comes after a known line is new
            return True
        return self._oldest is not None and known[0] <= self._oldest

    def _note(self, known: tuple[_Stamp, int]) -> None:
        self._recent.append(known)
        edge = known[0][0] - timedelta(seconds=1)
        while self._recent[0][0][0] < edge:
            self._recent.popleft()


def _stamp(second: str, fraction: str, zone: str) -> _Stamp | None:
    try:
        at = datetime.fromisoformat(f"{second}{'+00:00' if zone == 'Z' else zone}")
    except ValueError:
        return None
    return at, fraction.ljust(9, "0")
