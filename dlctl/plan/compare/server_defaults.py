"""Defaults that the API server adds to values."""

from collections.abc import Mapping
from typing import Any

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "fieldRef": {"apiVersion": "v1"},
    "resourceFieldRef": {"divisor": "0"},
}
"""Defaults of fields that are owned as a whole, by the field's name in built-in kinds
(core/v1, defaults.go: SetDefaults_ObjectFieldSelector; an unset quantity is written as 0)."""


def completed(stated: Any, key: str) -> Any:
    """A value with the server's defaults; `key` is the name of its field."""
    if isinstance(stated, dict):
        below = {name: completed(value, name) for name, value in stated.items()}
        return {**DEFAULTS.get(key, {}), **below}
    if isinstance(stated, list):
        return [completed(item, key) for item in stated]
    return stated
