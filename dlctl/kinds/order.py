"""The order in which objects are applied: waves by kind, and a total order inside.

A wave needs the objects of earlier waves.
"""

from dlctl.kinds.table import CUSTOM, KINDS
from dlctl.manifest import GroupKind, ObjectRef

_RANK = {known.group_kind: rank for rank, known in enumerate(KINDS.values()) if known.built_in}


def wave_of(group_kind: GroupKind) -> int:
    """The wave in which objects of a kind are applied; deletion uses the reverse order."""
    known = KINDS.get(group_kind)
    return known.wave if known else CUSTOM


def order_key(ref: ObjectRef) -> tuple[int, int, str, str, str, str]:
    """Sorts objects: by wave, the table's order, group, kind, namespace, name. Total and stable."""
    group_kind = ref.group_kind
    rank = _RANK.get(group_kind, len(_RANK))
    return wave_of(group_kind), rank, ref.group, ref.kind, ref.namespace, ref.name
