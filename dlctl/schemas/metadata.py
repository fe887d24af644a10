"""The syntax of names, labels and annotations (apimachinery, api/validation and util/validation)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.pattern import pattern
from dlctl.schemas.messages import shown
from dlctl.schemas.model import FieldPath, Problem, field_text

_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_DNS_LABEL = pattern(_LABEL + r"\Z")
_SUBDOMAIN = pattern(rf"{_LABEL}(?:\.{_LABEL})*\Z")
_SERVICE = pattern(r"[a-z](?:[-a-z0-9]*[a-z0-9])?\Z")
_QUALIFIED = pattern(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?\Z")
_MOST_ANNOTATIONS = 256 * 1024
"""Bytes of all annotations together."""

SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
_SERVICE_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character"
)
_QUALIFIED_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)

Syntax = Callable[[str], str]
"""What is wrong with a text; empty if nothing is."""


def _limited(pattern: re.Pattern[str], longest: int, rule: str) -> Syntax:
    def check(text: str) -> str:
        if len(text) > longest:
            return f"must be no more than {longest} characters"
        return "" if pattern.match(text) else rule

    return check


def _path_segment(text: str) -> str:
    if text in (".", ".."):
        return f"may not be '{text}'"
    return next((f"may not contain '{sign}'" for sign in "/%" if sign in text), "")


dns_label = _limited(_DNS_LABEL, 63, LABEL_RULE)
subdomain = _limited(_SUBDOMAIN, 253, SUBDOMAIN_RULE)
label_value = _limited(pattern(rf"(?:{_QUALIFIED.pattern[:-2]})?\Z"), 63, _VALUE_RULE)
_name_part = _limited(_QUALIFIED, 63, _QUALIFIED_RULE)

_RBAC = "rbac.authorization.k8s.io"
_NAMES: Mapping[GroupKind, Syntax] = {
    GroupKind("", "Service"): _limited(_SERVICE, 63, _SERVICE_RULE),
    GroupKind("", "Namespace"): dns_label,
    **{
        GroupKind(_RBAC, kind): _path_segment
        for kind in ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
    },
    # Its strategy validates no name (kubernetes, pkg/registry/policy/poddisruptionbudget).
    GroupKind("policy", "PodDisruptionBudget"): _path_segment,
    GroupKind("batch", "CronJob"): _limited(_SUBDOMAIN, 52, SUBDOMAIN_RULE),
}
"""Kinds whose names are no subdomains."""


def qualified_name(text: str) -> str:
    """What is wrong with the key of a label: a name, or a DNS subdomain, a slash and a name."""
    prefix, slash, name = text.rpartition("/")
    if slash and not prefix:
        return "prefix part must be non-empty"
    if slash and subdomain(prefix):
        return f"prefix part {subdomain(prefix)}"
    return _name_part(name) if name else "name part must be non-empty"


def metadata_problems(body: JsonObject) -> Iterator[Problem]:
    """The problems of an object's name, namespace, labels and annotations."""
    ref = ref_of(body)
    yield from invalid(("metadata", "name"), ref.name, _NAMES.get(ref.group_kind, subdomain))
    if ref.namespace:
        yield from invalid(("metadata", "namespace"), ref.namespace, dns_label)
    yield from label_problems(("metadata",), body.get("metadata") or {})


def label_problems(path: FieldPath, metadata: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of the labels and annotations of an object's or a pod template's metadata."""
    yield from label_map_problems((*path, "labels"), metadata.get("labels"))
    annotations = metadata.get("annotations")
    if isinstance(annotations, Mapping):
        place = (*path, "annotations")
        for key in annotations:
            yield from invalid(place, key, lambda text: qualified_name(text.lower()))
        if sum(len(f"{key}{value}".encode()) for key, value in annotations.items()) > _MOST_ANNOTATIONS:
            yield Problem(
                "value",
                place,
                f"{field_text(place)}: Too long: may not be more than {_MOST_ANNOTATIONS} bytes",
            )


def label_map_problems(path: FieldPath, labels: Any) -> Iterator[Problem]:
    """The problems of a mapping of label keys to values."""
    for key, value in labels.items() if isinstance(labels, Mapping) else ():
        yield from invalid(path, key, qualified_name)
        if isinstance(value, str):
            yield from invalid((*path, key), value, label_value)


def invalid(path: FieldPath, text: str, syntax: Syntax) -> Iterator[Problem]:
    """A problem if the text at `path` breaks the syntax."""
    if reason := syntax(text):
        message = f"{field_text(path)}: Invalid value: {shown(text)}: {reason}"
        yield Problem("syntax", path, message, shown=shown(text))
