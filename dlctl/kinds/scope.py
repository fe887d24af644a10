"""Which kinds are cluster-scoped, without asking a cluster.

The table has the built-in kinds and those of well-known systems; CRDs among the rendered objects extend
it, and for kinds that neither has, what cluster.yaml says counts. An unknown kind counts as namespaced; if
that is wrong, the plan reports an error.
"""

from collections.abc import Iterable, Mapping

from dlctl.kinds.definitions import is_definition, read_definition
from dlctl.kinds.table import KINDS
from dlctl.manifest import GroupKind, JsonObject

_CLUSTER_SCOPED = frozenset(known.group_kind for known in KINDS.values() if not known.namespaced)


def may_be_custom(group_kind: GroupKind) -> bool:
    """Whether a kind may come from a CRD that is not in the table."""
    built_in = "." not in group_kind.group or group_kind.group.endswith(".k8s.io")
    return not built_in and group_kind not in KINDS


def cluster_scoped_kinds(
    objects: Iterable[JsonObject], served: Mapping[GroupKind, bool]
) -> frozenset[GroupKind]:
    """The cluster-scoped kinds of the table, with the CRDs among `objects`.

    `served` says of the kinds that a cluster serves whether they are namespaced; it counts for kinds that
    the table and the CRDs do not have.
    """
    known = set(_CLUSTER_SCOPED)
    known.update(kind for kind, namespaced in served.items() if not namespaced and kind not in KINDS)
    for body in objects:
        if not is_definition(body):
            continue
        defined = read_definition(body)
        if defined.namespaced:
            known.discard(defined.group_kind)
        else:
            known.add(defined.group_kind)
    return frozenset(known)
