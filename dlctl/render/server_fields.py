"""Leave out of objects what only the API server writes, as manifests exported from a cluster have it."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from dlctl.manifest import SERVER_OWNED
from dlctl.redact import LAST_APPLIED
from dlctl.render.engine.model import Rendered

_WHOLE = "status"
_BY_CLIENTS = (LAST_APPLIED, "deployment.kubernetes.io/revision")
"""Annotations that `kubectl apply` and the controller of Deployments write."""


def without_server_fields(document: Rendered) -> tuple[Rendered, tuple[str, ...]]:
    """The object without these fields, and the names of those that had a value."""
    body, metadata = document.value, document.value["metadata"]
    dropped = {key: value for key, value in metadata.items() if key in SERVER_OWNED}
    annotations = metadata.get("annotations") or {}
    written = {key: annotations[key] for key in _BY_CLIENTS if key in annotations}
    kept = {key: value for key, value in body.items() if key != _WHOLE}
    if not dropped and not written and len(kept) == len(body):
        return document, ()
    kept["metadata"] = {key: value for key, value in metadata.items() if key not in dropped}
    if written:
        own = {key: value for key, value in annotations.items() if key not in written}
        kept["metadata"] = {**kept["metadata"], "annotations": own}
    dropped |= written
    stated = [key for key, value in {**dropped, _WHOLE: body.get(_WHOLE)}.items() if _has_value(value)]
    return replace(document, value=kept), tuple(sorted(stated))


def notes_on(dropped: Iterable[tuple[Rendered, tuple[str, ...]]]) -> tuple[str, ...]:
    """One note for each file whose objects had such fields."""
    files: dict[str, set[str]] = {}
    for document, names in dropped:
        if names and document.location is not None:
            files.setdefault(document.location.path, set()).update(names)
    return tuple(
        f"{path}: left out what only the cluster writes: {', '.join(sorted(names))}"
        for path, names in files.items()
    )


def _has_value(value: Any) -> bool:
    """Whether a value is more than a placeholder, such as `creationTimestamp: null` of generators."""
    if isinstance(value, Mapping):
        return any(map(_has_value, value.values()))
    return any(map(_has_value, value)) if isinstance(value, list) else value not in (None, "")
