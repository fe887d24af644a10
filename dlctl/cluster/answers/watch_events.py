"""Check the events of a watch."""

from typing import Any

from dlctl.cluster.answers.answer import Answer
from dlctl.cluster.answers.kinds import KINDS, METADATA
from dlctl.cluster.answers.shape import fields, mapping, text
from dlctl.cluster.protocol import Resource, WatchEvent

_EVENT = fields(("type", "object"), type=text, object=mapping)
_MARK = fields(("metadata",), metadata=fields(resourceVersion=text))
_OBJECT = fields(("metadata",), metadata=METADATA)
_CHANGES = ("ADDED", "MODIFIED", "DELETED")


def watch_event(answer: Answer, resource: Resource) -> WatchEvent:
    """The type of an event and its object: a Status for ERROR. Raises ClusterError for anything else."""
    event = answer.mapping(_EVENT)
    kind, body = event["type"], event["object"]
    if kind == "ERROR":
        return kind, body
    if kind not in (*_CHANGES, "BOOKMARK"):
        raise answer.wrong("the type of an event is unknown")
    problem = _problem(kind, body, resource)
    if problem is not None:
        raise answer.wrong(f"object of an event: {problem}")
    return kind, body


def _problem(kind: str, body: Any, resource: Resource) -> object:
    if kind == "BOOKMARK":
        return _MARK(body)
    return _OBJECT(body) or KINDS.get(resource.group_kind, mapping)(body)
