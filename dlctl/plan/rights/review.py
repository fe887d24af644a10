"""Which rights the user lacks: by one SelfSubjectRulesReview for each namespace."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.plan.rights.model import Right

_API = "authorization.k8s.io/v1"
_PATH = f"/apis/{_API}"
_EVERY = "*"


def missing_rights(cluster: Cluster, rights: Sequence[Right]) -> tuple[Right, ...]:
    """The rights that the user does not have.

    One request for each namespace, and one for each verb on a resource at the cluster scope, or where the
    answer for the namespace is incomplete; one for each object only where the right is not for all of them.
    A server that reviews nothing is taken to allow all: it refuses the requests themselves. Raises
    Unreachable or Unauthorized.
    """
    found: list[Right] = []
    for namespace, wanted in groupby(sorted(rights), lambda right: right.namespace):
        open_ = tuple(wanted)
        if namespace:
            status = _reviewed(cluster, "SelfSubjectRulesReview", {"namespace": namespace})
            open_ = tuple(_not_in(status, open_))
            if not status.get("incomplete", not status):
                found += open_
                continue
        found += _refused(cluster, open_)
    return tuple(found)


def _refused(cluster: Cluster, rights: Iterable[Right]) -> Iterator[Right]:
    for every, each in groupby(rights, lambda right: replace(right, name="")):
        named = tuple(each)
        if len(named) == 1 or not _allowed(cluster, every):
            yield from (right for right in named if not _allowed(cluster, right))


def _not_in(status: Mapping[str, Any], rights: Iterable[Right]) -> Iterator[Right]:
    rules = status.get("resourceRules")
    known = [each for each in rules if isinstance(each, Mapping)] if isinstance(rules, list) else []
    return (right for right in rights if not any(_grants(rule, right) for rule in known))


def _grants(rule: Mapping[str, Any], right: Right) -> bool:
    names = rule.get("resourceNames") or ()
    return (
        _has(rule.get("verbs"), right.verb)
        and _has(rule.get("apiGroups"), right.group)
        and _has(rule.get("resources"), right.resource)
        and (not names or right.name in names)
    )


def _has(values: Any, wanted: str) -> bool:
    return isinstance(values, list) and (_EVERY in values or wanted in values)


def _allowed(cluster: Cluster, right: Right) -> bool:
    attributes = {
        "namespace": right.namespace,
        "verb": right.verb,
        "group": right.group,
        "resource": right.resource,
        "name": right.name,
    }
    status = _reviewed(cluster, "SelfSubjectAccessReview", {"resourceAttributes": attributes})
    return status.get("allowed") is not False


def _reviewed(cluster: Cluster, kind: str, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The status of a review; empty where the server reviews nothing."""
    path = f"{_PATH}/{kind.lower()}s"
    try:
        answer = cluster.raw("POST", path, body={"apiVersion": _API, "kind": kind, "spec": spec})
    except (Unreachable, Unauthorized):
        raise
    except ClusterError:
        return {}
    status = answer.get("status") if isinstance(answer, Mapping) else None
    return status if isinstance(status, Mapping) else {}
