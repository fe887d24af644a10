"""Annotations by which tools state that an object is not to be deleted."""

from collections.abc import Mapping
from types import MappingProxyType

from dlctl.labels import annotations_of
from dlctl.manifest import JsonObject

MARKS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "helm.sh/resource-policy": frozenset({"keep"}),
        "cli-utils.sigs.k8s.io/on-remove": frozenset({"keep"}),
        "client.lifecycle.config.k8s.io/deletion": frozenset({"detach"}),
        "kapp.k14s.io/delete-strategy": frozenset({"orphan"}),
        "kluctl.io/skip-delete": frozenset({"true"}),
        "argocd.argoproj.io/sync-options": frozenset({"Delete=false", "Prune=false"}),
    }
)
"""The marks of Helm, cli-utils (kpt), kapp, kluctl and Argo CD; the last one's value is a list."""


def keep_mark(body: JsonObject) -> str:
    """The annotation that keeps an object, as `KEY: VALUE`; empty if there is none."""
    for key, text in annotations_of(body).items():
        values = (value.strip() for value in str(text).split(","))
        if any(value in MARKS.get(key, ()) for value in values):
            return f"{key}: {text}"
    return ""
