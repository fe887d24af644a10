"""What an object may look like once a manifest is laid over it, where no server can be asked."""

from collections.abc import Mapping
from typing import Any


def overlay(live: Any, stated: Any) -> Any:
    """`stated` over `live`: mappings key by key, anything else replaced. A guess, for showing."""
    if isinstance(live, Mapping) and isinstance(stated, Mapping):
        merged = {key: overlay(live[key], stated[key]) if key in stated else live[key] for key in live}
        return merged | {key: value for key, value in stated.items() if key not in live}
    return stated
