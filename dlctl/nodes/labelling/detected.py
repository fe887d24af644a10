"""Labels of hosts, from files that `dlctl node detect -o json` wrote."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.errors import FileError, Location, RuleError, joined
from dlctl.files.presence import read_file
from dlctl.nodes.labelling.keys import key_problem, value_problem
from dlctl.nodes.labelling.model import NodeFacts, WantedLabel, WantedLabels

KIND = "HostFeatures"
_HINT = "write it with: dlctl node detect -o json"


class DetectedHosts(Struct, frozen=True):
    """The labels of hosts by the name of their node."""

    labels: Mapping[str, WantedLabels]
    files: Mapping[str, str]
    """The file that is about each node."""

    def labels_of(self, node: NodeFacts) -> WantedLabels:
        """The labels that a node should have."""
        return self.labels.get(node.name, {})


def read_hosts(files: Iterable[tuple[Path, str]]) -> DetectedHosts:
    """The hosts of several files, each with its path in errors. Raises FileError and RuleError."""
    labels: dict[str, WantedLabels] = {}
    places: dict[str, str] = {}
    for path, shown in files:
        document = _document(path, shown)
        node = _node(document, shown)
        if node in places:
            raise FileError(
                f"node '{node}' is also in {places[node]}",
                location=Location(shown),
                hint="give one file for each node",
            )
        labels[node], places[node] = _labels(document, shown), shown
    return DetectedHosts(labels, places)


def _document(path: Path, shown: str) -> Mapping[str, Any]:
    try:
        document = json.loads(read_file(path, shown))
    except ValueError as error:
        raise FileError(f"not JSON: {error}", location=Location(shown), hint=_HINT) from error
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise FileError(f"not a document of kind {KIND}", location=Location(shown), hint=_HINT)
    return document


def _node(document: Mapping[str, Any], shown: str) -> str:
    """The name of the node; older versions of `node detect` wrote only the host's name."""
    name = document.get("node") or (document.get("system") or {}).get("hostName")
    if not isinstance(name, str) or not name:
        raise FileError(
            "the file does not name its node",
            location=Location(shown),
            hint="name it where the host is detected: dlctl node detect -o json --node-name NODE",
        )
    return name.lower()


def _labels(document: Mapping[str, Any], shown: str) -> WantedLabels:
    labels = document.get("labels")
    if not isinstance(labels, dict):
        raise FileError("the file has no 'labels'", location=Location(shown), hint=_HINT)
    errors = [
        RuleError(f"invalid label '{key}': {problem}", location=Location(shown))
        for key, value in labels.items()
        if (problem := key_problem(key) or _value_problem(value))
    ]
    if errors:
        raise joined(errors, RuleError, f"{len(errors)} labels of {shown} are invalid")
    return {key: WantedLabel(value, Location(shown)) for key, value in labels.items()}


def _value_problem(value: Any) -> str:
    return value_problem(value) if isinstance(value, str) else "its value must be a string"
