"""Whether the nodes of a cluster.yaml could take the pods of objects, and which fields ask for too much."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.manifest import Manifest
from dlctl.nodes.inventory.fit import Condition, lacking, unmet_conditions
from dlctl.nodes.inventory.group_labels import is_group_label
from dlctl.nodes.inventory.groups import NodeGroup
from dlctl.nodes.inventory.placement import Placement, placement_of
from dlctl.nodes.inventory.pod_specs import placed_pod_specs
from dlctl.redact import MASK, Redactor
from dlctl.render.patched_fields import value_at
from dlctl.schemas.model import FieldPath, Level, Problem, field_text

_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
Reported = frozenset[tuple[str, str]]
"""Components, each with a resource or label that it has a finding about already."""


class PodsOnNodes(Struct, frozen=True):
    """Compares pods with the nodes of an environment's cluster; what is free of them does not count."""

    environment: str
    groups: Sequence[NodeGroup]
    redactor: Redactor
    reported: Reported = frozenset()

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        """A warning for each thing that a pod of the object asks for and no node has."""
        if not self.groups:
            return
        for path, spec, placement in _placed(manifest):
            for conditions in unmet_conditions(placement, self.groups):
                if any((manifest.component, each.name) in self.reported for each in conditions):
                    continue
                yield self._problem(manifest, path, spec, conditions)

    def _problem(
        self, manifest: Manifest, path: FieldPath, spec: Mapping[str, Any], conditions: Sequence[Condition]
    ) -> Problem:
        fields = [(*path, *self._field(spec, each)) for each in conditions]
        texts = [self._text(manifest, *each) for each in zip(conditions, fields, strict=True)]
        field = fields[0]
        message = f"{field_text(field)}: {lacking(texts)}, by environments/{self.environment}/cluster.yaml"
        return Problem("no-node", field, message, level=Level.WARNING)

    def _text(self, manifest: Manifest, condition: Condition, field: FieldPath) -> str:
        asked = value_at(manifest.body, field)
        if condition.field in ("nodeSelector", "affinity") and self.redactor.mask_value(asked) != asked:
            return MASK
        return condition.text

    def _field(self, spec: Mapping[str, Any], condition: Condition) -> FieldPath:
        if condition.field == "resources":
            return next(_amounts(spec, condition.name), ())
        if condition.field == "nodeSelector":
            return ("nodeSelector", condition.name)
        if condition.field == "affinity":
            return self._expression(placement_of(spec))
        return ("tolerations",) if spec.get("tolerations") else ()

    def _expression(self, placement: Placement) -> FieldPath:
        """The first expression of the affinity that no node meets; the whole of it if each is met by one."""
        for number, term in enumerate(placement.terms):
            for index, rule in enumerate(term):
                if not any(rule.matches(group.labels) for group in self.groups):
                    return (*_REQUIRED, "nodeSelectorTerms", number, "matchExpressions", index, "values")
        return _REQUIRED


def unrecorded_labels(manifests: Iterable[Manifest], redactor: Redactor) -> tuple[str, ...]:
    """The node labels that pods ask for and a cluster.yaml does not record, each once."""
    keys = {
        key
        for manifest in manifests
        for _, _, placement in _placed(manifest)
        for key in placement.label_keys
        if not is_group_label(key)
    }
    return tuple(f"label {redactor.mask_text(key)}" for key in sorted(keys))


def _placed(manifest: Manifest) -> Iterator[tuple[FieldPath, Mapping[str, Any], Placement]]:
    for path, spec in placed_pod_specs(manifest.body):
        try:
            yield path, spec, placement_of(spec)
        except (AttributeError, TypeError, ValueError):
            continue  # a value of the wrong type, which the check against the schema finds


def _amounts(spec: Mapping[str, Any], resource: str) -> Iterator[FieldPath]:
    for group in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(group) or ()):
            for kind in ("requests", "limits"):
                if resource in ((container.get("resources") or {}).get(kind) or {}):
                    yield (group, index, "resources", kind, resource)
