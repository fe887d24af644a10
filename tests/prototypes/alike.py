"""One way to write what an API takes in several ways: two manifests that mean the same compare equal."""

import re
from collections.abc import Mapping
from typing import Any

from dlctl.yamlio.load import load_text

Json = Any
UNORDERED = {
    "env": "name",
    "metadata": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "imagePullSecrets": "name",
}
"""Lists whose order says nothing, with what their items are told apart by."""

AMOUNTS = frozenset({"requests", "limits", "hard", "resource", "capability", "deserved"})
NUMBERS = frozenset({"nominalQuota", "borrowingLimit", "lendingLimit", "weight"})
RESOURCES = frozenset({"resources", "resourcesPerNode"})
CONFIGURATIONS = frozenset({"config.yaml", "config.json"})
_DURATION = re.compile(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?|(\d+)ms")


def alike(value: Json, key: str = "") -> Json:
    """A value in one of the ways to write it.

    Amounts are texts, durations seconds, files of settings what they hold, and lists of names are sorted.
    What the API sets anyway is left out: requests of devices that equal their limits, readOnly of files.
    """
    if isinstance(value, Mapping):
        return _mapping(value, key)
    if isinstance(value, list):
        items = [alike(item) for item in value]
        by = UNORDERED.get(key, "")
        named = by and all(by in item for item in items)
        return sorted(items, key=lambda item: str(item[by])) if named else items
    if key in CONFIGURATIONS:
        return alike(load_text(value, key).value)
    if key in NUMBERS:
        return str(value)
    return _text(value, key) if isinstance(value, str) else value


def _mapping(value: Mapping[str, Json], key: str) -> Json:
    if key in AMOUNTS:
        return {name: item if isinstance(item, Mapping) else str(item) for name, item in value.items()}
    found = {name: alike(item, name) for name, item in value.items()}
    if key in RESOURCES and {"requests", "limits"} <= set(found):
        stated = found["requests"].items()
        requests = {
            name: item for name, item in stated if "/" not in name or item != found["limits"].get(name)
        }
        found = {**found, "requests": requests} if requests else {"limits": found["limits"]}
    if key == "metadata" and "annotations" in found:
        notes = {name: item for name, item in found.pop("annotations").items() if "dlctl.dev/" not in name}
        found |= {"annotations": notes} if notes else {}
    return _with_files_read(found)


def _with_files_read(pod: dict[str, Json]) -> dict[str, Json]:
    """A pod whose mounts of Secrets and ConfigMaps do not say that they are read-only, as they always are."""
    files = {each["name"] for each in pod.get("volumes", ()) if isinstance(each, Mapping) and _is_file(each)}
    for container in pod.get("containers", ()) if files else ():
        for mount in container.get("volumeMounts", ()):
            if mount["name"] in files:
                mount.pop("readOnly", None)
    return pod


def _is_file(volume: Mapping[str, Json]) -> bool:
    return bool({"secret", "configMap"} & set(volume))


def _text(value: str, key: str) -> str:
    if key in ("path", "mountPath"):
        return value.rstrip("/") or value
    found = _DURATION.fullmatch(value)
    if found is None or "version" in key.lower():
        return value
    hours, minutes, seconds, thousandths = (int(each or 0) for each in found.groups())
    return f"{hours * 3600 + minutes * 60 + seconds + thousandths / 1000:g}s"
