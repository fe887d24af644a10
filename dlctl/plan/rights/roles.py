"""A minimal Role and ClusterRole that grant permissions."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from dlctl.plan.rights.model import Right

_API = "rbac.authorization.k8s.io/v1"


def roles_of(name: str, rights: Iterable[Right]) -> tuple[dict[str, Any], ...]:
    """A Role for each namespace and a ClusterRole for the cluster scope, with these rights and no others."""
    roles = []
    for namespace, own in groupby(sorted(rights), lambda right: right.namespace):
        metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
        kind = "Role" if namespace else "ClusterRole"
        roles.append({"apiVersion": _API, "kind": kind, "metadata": metadata, "rules": [*_rules(own)]})
    return tuple(roles)


def _rules(rights: Iterable[Right]) -> Iterator[dict[str, Any]]:
    """A rule for all resources of a group with the same verbs; one for each object that is named."""
    verbs: dict[tuple[str, str, str], list[str]] = {}
    for right in rights:
        verbs.setdefault((right.group, right.resource, right.name), []).append(right.verb)
    rules: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for (group, resource, name), own in verbs.items():
        rules.setdefault((group, tuple(sorted(own)), name), []).append(resource)
    for (group, own_verbs, name), resources in sorted(rules.items()):
        names = {"resourceNames": [name]} if name else {}
        yield {"apiGroups": [group], "resources": sorted(resources), **names, "verbs": list(own_verbs)}
