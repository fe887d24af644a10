"""Spellings of one quantity."""

from typing import Any

import pytest

from dlctl.quantity import same_quantity


@pytest.mark.parametrize(
    ("stated", "live", "expected"),
    [
        (1, "1", True),
        ("1000m", "1", True),
        (0.5, "500m", True),
        ("1024Mi", "1Gi", True),
        ("1.5Gi", "1536Mi", True),
        ("1000M", "1G", True),
        ("1Gi", "1073741824", False),
        ("1G", "1Gi", False),
        ("2", "1", False),
        (True, "1", False),
        (None, "1", False),
        ("1e3", "1k", False),
        ("lots", "lots", False),
        ("1", 1, False),
        (["1"], "1", False),
    ],
)
def test_same_quantity(stated: Any, live: Any, expected: bool) -> None:
    assert same_quantity(stated, live) is expected
