"""The names of runs: `COMPONENT-rN`."""

import re
from collections.abc import Iterable


def run_name(component: str, number: int) -> str:
    """The name of a component's run."""
    return f"{component}-r{number}"


def next_number(component: str, runs: Iterable[str]) -> int:
    """The number after the highest of a component's runs."""
    own = re.compile(rf"{re.escape(component)}-r(\d{{1,9}})")
    found = (own.fullmatch(name) for name in runs)
    return max((int(match[1]) for match in found if match), default=0) + 1
