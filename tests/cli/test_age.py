"""Ages as kubectl prints them (apimachinery, duration.HumanDuration)."""

from datetime import UTC, datetime

import pytest

from dlctl.cli.output.age import age, duration

DAY = 24 * 3600


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (125, "2m5s"),
        (599, "9m59s"),
        (600, "10m"),
        (3 * 3600 - 1, "179m"),
        (3 * 3600, "3h"),
        (3 * 3600 + 60, "3h1m"),
        (8 * 3600 + 60, "8h"),
        (2 * DAY - 1, "47h"),
        (2 * DAY, "2d"),
        (2 * DAY + 3600, "2d1h"),
        (8 * DAY + 3600, "8d"),
        (2 * 365 * DAY - 1, "729d"),
        (2 * 365 * DAY + DAY, "2y1d"),
        (8 * 365 * DAY, "8y"),
    ],
)
def test_short_times_have_two_units(seconds: int, shown: str) -> None:
    assert duration(seconds) == shown


def test_the_time_since_a_time_stamp() -> None:
    now = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert age("2026-01-01T12:00:00Z", now) == "24h"
    assert age("2026-01-02T12:00:05Z", now) == "0s"  # another machine's clock
    assert age("", now) == ""
    assert age("yesterday", now) == ""
