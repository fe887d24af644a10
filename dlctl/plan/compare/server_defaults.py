"""What the API server adds to a value that was stated short."""

from collections.abc import Mapping
from typing import Any

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "fieldRef": {"apiVersion": "v1"},
    "resourceFieldRef": {"divisor": "0"},
}
"""What the server adds to places that are owned whole, by their name in Kubernetes' own kinds
(core/v1, defaults.go: SetDefaults_ObjectFieldSelector; an unset quantity is written as 0)."""


def completed(stated: Any, key: str) -> Any:
    """A value as the server completes it; `key` is the name that it stands under."""
    if isinstance(stated, dict):
        below = {name: completed(value, name) for name, value in stated.items()}
        return {**DEFAULTS.get(key, {}), **below}
    if isinstance(stated, list):
        return [completed(item, key) for item in stated]
    return stated
