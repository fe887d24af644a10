"""Estimate the result of an apply without a server."""

from collections.abc import Mapping
from typing import Any


def overlay(live: Any, stated: Any) -> Any:
    """`stated` merged over `live`: mappings by key, other values replaced. An estimate for display."""
    if isinstance(live, Mapping) and isinstance(stated, Mapping):
        merged = {key: overlay(live[key], stated[key]) if key in stated else live[key] for key in live}
        return merged | {key: value for key, value in stated.items() if key not in live}
    return stated
