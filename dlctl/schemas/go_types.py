"""Rules that the API server has in Go for parts of built-in kinds, beyond what their schemas state.

They are those that manifests break most, not all of them (kubernetes, pkg/apis/*/validation; apimachinery,
pkg/apis/meta/v1/validation).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.quantity import amount
from dlctl.schemas.extended_resources import is_extended
from dlctl.schemas.go_fields import go_field_problems, required
from dlctl.schemas.messages import shown
from dlctl.schemas.metadata import label_map_problems, label_problems
from dlctl.schemas.model import FieldPath, Problem, field_text
from dlctl.schemas.walk import Visited

_META = "io.k8s.apimachinery.pkg.apis.meta.v1."
_CORE = "io.k8s.api.core.v1."
_RBAC = "io.k8s.api.rbac.v1."
NOT_FOUND = "not-found"
"""The code of a problem with a name of nothing."""
_STANDARD_RESOURCES = ("cpu", "memory", "ephemeral-storage", "hugepages-")


def go_type_problems(visited: Visited) -> Iterator[Problem]:
    """The problems of a part of an object, by its Go type."""
    if not isinstance(visited.value, dict):
        return
    yield from go_field_problems(visited)
    if (more := _RULES.get(visited.name)) is not None:
        yield from more(visited.path, visited.value)


def _invalid(path: FieldPath, value: Any, reason: str) -> Problem:
    message = f"{field_text(path)}: Invalid value: {shown(value)}: {reason}"
    return Problem("value", path, message, shown=shown(value))


def _metadata(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    if path != ("metadata",):  # that of the object itself is checked without a schema too
        yield from label_problems(path, value)


def _selector(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    yield from label_map_problems((*path, "matchLabels"), value.get("matchLabels"))


def _workload(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    """The selector of a workload must select its own pods."""
    wanted = _at(value, "selector", "matchLabels")
    labels = _at(value, "template", "metadata", "labels") or {}
    if not (isinstance(wanted, Mapping) and isinstance(labels, Mapping)):
        return
    if any(labels.get(key) != text for key, text in wanted.items()):
        place = (*path, "template", "metadata", "labels")
        yield _invalid(place, labels or None, "`selector` does not match template `labels`")


def _job(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    policy = _at(value, "template", "spec", "restartPolicy")
    if policy not in ("OnFailure", "Never") and _at(value, "template", "spec") is not None:
        place = (*path, "template", "spec", "restartPolicy")
        options = 'supported values: "OnFailure", "Never"'
        message = f"{field_text(place)}: Required value: {options}"
        if policy is not None:
            message = f"{field_text(place)}: Unsupported value: {shown(policy)}: {options}"
        code = "required" if policy is None else "enum"
        yield Problem(code, place if policy else place[:-1], message, shown=shown(policy))


def _pod(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    """What containers mount must be a volume of their pod."""
    volumes = [each.get("name") for each in _mappings(value.get("volumes"))]  # which may be of any type
    for group in ("initContainers", "containers"):
        for number, container in enumerate(_mappings(value.get(group))):
            for index, mount in enumerate(_mappings(container.get("volumeMounts"))):
                if isinstance(mount.get("name"), str) and mount["name"] not in volumes:
                    place = (*path, group, number, "volumeMounts", index, "name")
                    name = shown(mount["name"])
                    yield Problem(NOT_FOUND, place, f"{field_text(place)}: Not found: {name}", shown=name)


def claimed_volumes(body: JsonObject) -> frozenset[str]:
    """The names, as shown, of the volumes that a StatefulSet adds to its pods, one for each claim."""
    templates = _mappings(_at(body, "spec", "volumeClaimTemplates"))
    return frozenset(shown(_at(each, "metadata", "name")) for each in templates)


def _probe(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    handlers = ("exec", "httpGet", "tcpSocket", "grpc")
    if not any(value.get(handler) is not None for handler in handlers):
        yield Problem("required", path, f"{field_text(path)}: Required value: must specify a handler type")


def _claim(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    place, stated = (
        (*path, "resources", "requests", "storage"),
        _at(value, "resources", "requests", "storage"),
    )
    size = amount(str(stated))
    if stated is None:
        yield required(place)
    elif size is not None and size <= 0:
        yield _invalid(place, stated, "must be greater than zero")


def _resources(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    """Amounts are of resources that there are, not negative, and no request is above its limit.

    Those of extended resources are checked without a schema, too: `extended_resources`.
    """
    limits, requests = _amounts(value.get("limits")), _amounts(value.get("requests"))
    for group, stated in (("limits", limits), ("requests", requests)):
        for name, (text, number) in stated.items():
            if "/" not in name and not name.startswith(_STANDARD_RESOURCES):
                yield _invalid((*path, group, name), name, "must be a standard resource for containers")
            if number < 0:
                yield _invalid((*path, group, name), text, "must be greater than or equal to 0")
    for name, (text, number) in requests.items():
        if name in limits and number > limits[name][1]:
            reason = f"must be less than or equal to {name} limit of {limits[name][0]}"
            yield _invalid((*path, "requests", name), text, reason)


def _amounts(stated: Any) -> dict[str, tuple[str, Any]]:
    pairs = stated.items() if isinstance(stated, Mapping) else ()
    found = ((name, str(text), amount(str(text))) for name, text in pairs)
    return {
        name: (text, number) for name, text, number in found if number is not None and not is_extended(name)
    }


def _service(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    ports = _mappings(value.get("ports"))
    external = value.get("type") == "ExternalName" or value.get("clusterIP") == "None"
    if not ports and not external:
        yield required((*path, "ports"))
    for index, port in enumerate(ports if len(ports) > 1 else ()):
        if not port.get("name"):
            yield required((*path, "ports", index, "name"))


def _policy_rule(path: FieldPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    if value.get("nonResourceURLs"):
        return
    for name in ("apiGroups", "resources"):
        if not value.get(name):
            yield required((*path, name))


def _at(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _mappings(value: Any) -> Sequence[Mapping[str, Any]]:
    """The items of a list; an item that is no mapping, whose type is wrong, counts as an empty one."""
    items = value if isinstance(value, list) else []
    return [item if isinstance(item, Mapping) else {} for item in items]


_Rule = Callable[[FieldPath, Mapping[str, Any]], Iterator[Problem]]
_RULES: Mapping[str, _Rule] = {
    f"{_META}ObjectMeta": _metadata,
    f"{_META}LabelSelector": _selector,
    f"{_CORE}PodSpec": _pod,
    f"{_CORE}Probe": _probe,
    f"{_CORE}PersistentVolumeClaimSpec": _claim,
    f"{_CORE}ResourceRequirements": _resources,
    f"{_CORE}ServiceSpec": _service,
    f"{_RBAC}PolicyRule": _policy_rule,
    "io.k8s.api.batch.v1.JobSpec": _job,
    **{
        f"io.k8s.api.apps.v1.{kind}Spec": _workload
        for kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")
    },
}
"""Rules for several fields of a Go type together."""
