"""The fields of a Node that are read to say what it offers, with their types (core/v1)."""

from dlctl.kinds.shape import FLAG, MAPPING, QUANTITIES, TEXT, TEXT_MAP, ListOf, fields

NODE = fields(
    metadata=fields(labels=TEXT_MAP, annotations=TEXT_MAP),
    spec=fields(
        unschedulable=FLAG, taints=ListOf(fields("key", "effect", key=TEXT, value=TEXT, effect=TEXT))
    ),
    status=fields(capacity=QUANTITIES, allocatable=QUANTITIES, nodeInfo=MAPPING, addresses=ListOf(MAPPING)),
)
