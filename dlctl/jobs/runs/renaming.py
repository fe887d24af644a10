"""Rename what an object refers to, in fields that mean an object of a kind."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from dlctl.status.model import text_at

_BY_NAME: Mapping[str, str] = MappingProxyType(
    {
        "serviceAccountName": "ServiceAccount",
        "priorityClassName": "PriorityClass",
        "claimName": "PersistentVolumeClaim",
        "secretName": "Secret",
        "subdomain": "Service",
    }
)
_BY_MAPPING: Mapping[str, str] = MappingProxyType(
    {
        "configMap": "ConfigMap",
        "configMapRef": "ConfigMap",
        "configMapKeyRef": "ConfigMap",
        "secret": "Secret",
        "secretRef": "Secret",
        "secretKeyRef": "Secret",
    }
)
_POD_GROUPS = ("scheduling.x-k8s.io/pod-group", "scheduling.k8s.io/group-name")
_JOB, _POD_GROUP = "job", "PodGroup"


class Renaming(Struct, frozen=True):
    """New names by kind and old name; that of the job has the kind `job`.

    `texts` are names that stand inside other text, such as the host name of a shared Service. `name_labels`
    are labels with the name of the job.
    """

    names: Mapping[tuple[str, str], str]
    name_labels: frozenset[str]
    texts: Mapping[str, str] = field(default_factory=dict)

    def applied(self, value: Any) -> Any:
        """A copy of a value with the new names."""
        if isinstance(value, list):
            return [self.applied(item) for item in value]
        if isinstance(value, Mapping):
            return {key: self._field(key, item) for key, item in value.items()}
        return self._text(value) if isinstance(value, str) and self.texts else value

    def _field(self, key: str, value: Any) -> Any:
        if key in _BY_NAME and isinstance(value, str):
            return self.names.get((_BY_NAME[key], value), value)
        if key in self.name_labels and isinstance(value, str):
            return self.names.get((_JOB, value), value)
        if key in _POD_GROUPS and isinstance(value, str):
            return self.names.get((_POD_GROUP, value), value)
        if key in _BY_MAPPING and text_at(value, "name"):
            return {**self.applied(value), "name": self._name(_BY_MAPPING[key], value["name"])}
        if key == "imagePullSecrets" and isinstance(value, list):
            return [{**each, "name": self._name("Secret", text_at(each, "name"))} for each in value]
        if key.endswith("Ref") and text_at(value, "name") and text_at(value, "kind"):
            return {**self.applied(value), "name": self._name(value["kind"], value["name"])}
        return self.applied(value)

    def _name(self, kind: str, name: str) -> str:
        return self.names.get((kind, name), name)

    def _text(self, text: str) -> str:
        for old, new in self.texts.items():
            if old in text:
                text = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text)
        return text
