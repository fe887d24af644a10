"""CustomResourceDefinitions with open schemas, made from the table in kinds.yaml."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.labels import STAND_IN
from dlctl.yamlio.load import load_file

TABLE = Path(__file__).parent / "kinds.yaml"
SUBRESOURCES = ("status", "scale")


class Kind(Struct, frozen=True):
    """One kind of the table: its group, and its entry."""

    group: str
    entry: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The kind's name, such as TFJob."""
        return str(self.entry["kind"])

    @property
    def definition_name(self) -> str:
        """The name of its CRD: plural and group."""
        return f"{self.entry['plural']}.{self.group}"

    @property
    def served(self) -> tuple[str, ...]:
        """The names of its versions, all of which are served."""
        return tuple(version["name"] for version in self.entry["versions"])


def all_kinds() -> tuple[Kind, ...]:
    """Every kind of the table, by group."""
    table: Mapping[str, Sequence[Mapping[str, Any]]] = load_file(TABLE).value
    return tuple(Kind(group, entry) for group, entries in table.items() for entry in entries)


def definition(kind: Kind) -> dict[str, Any]:
    """The CRD of a kind. Its schema accepts every field."""
    entry = kind.entry
    names = {"kind": kind.name, "plural": entry["plural"], "singular": kind.name.lower()}
    names |= {"listKind": f"{kind.name}List"}
    names |= {key: entry[key] for key in ("shortNames", "categories") if key in entry}
    metadata: dict[str, Any] = {"name": kind.definition_name, "labels": {STAND_IN: "true"}}
    if kind.group.endswith((".k8s.io", ".kubernetes.io")):
        reason = "unapproved, served by a sandbox for tests only"
        metadata["annotations"] = {"api-approved.kubernetes.io": reason}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": metadata,
        "spec": {
            "group": kind.group,
            "names": names,
            "scope": entry.get("scope", "Namespaced"),
            "versions": list(_versions(entry)),
        },
    }


def _versions(entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    shared = {key: entry[key] for key in (*SUBRESOURCES, "columns") if key in entry}
    for version in entry["versions"]:
        own = {**shared, **version}
        yield {
            "name": own["name"],
            "served": True,
            "storage": own.get("stored", len(entry["versions"]) == 1),
            "deprecated": own.get("deprecated", False),
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            "subresources": _subresources(own),
            "additionalPrinterColumns": [_column(*column) for column in own.get("columns", ())],
        }


def _subresources(version: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"status": {}} if version.get("status") else {}
    if scale := version.get("scale"):
        paths = {"spec": "specReplicasPath", "status": "statusReplicasPath", "selector": "labelSelectorPath"}
        found["scale"] = {paths[key]: path for key, path in scale.items()}
    return found


def _column(name: str, path: str, form: str = "string", priority: int = 0) -> dict[str, Any]:
    return {"name": name, "jsonPath": path, "type": form, "priority": priority}
