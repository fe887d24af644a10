"""One case: nodes, what runs on them, and what is wanted there."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Body = dict[str, Any]
CASE = "oracle.dlctl.dev/case"
"""A label of the nodes of one case, which all of its pods select."""
WANTED = "oracle.dlctl.dev/wanted"
"""A label of the pods that are wanted, not of those that run already."""


class Sort(StrEnum):
    """How the verdict is compared with where pods are."""

    SINGLE = "single pod"
    SET = "set of pods"
    JOB = "pods in turns"
    GANG = "gang"


@dataclass(slots=True)
class Case:
    """What is made in its own namespace, on nodes of its own. `sort` says how it is judged.

    `apart` pods are objects of their own: in time, each may have its turn. `global_objects` have no
    namespace; `later` are objects that the wanted pods lack: they are made once nothing else runs.
    Where that cannot be done without changing more, whether waiting pods get a place in time stays `open`.
    """

    index: int
    sort: Sort = Sort.SINGLE
    nodes: list[Body] = field(default_factory=list)
    global_objects: list[Body] = field(default_factory=list)
    objects: list[Body] = field(default_factory=list)
    running: list[Body] = field(default_factory=list)
    limits: list[Body] = field(default_factory=list)
    wanted: list[Body] = field(default_factory=list)
    later: list[Body] = field(default_factory=list)
    pods: int = 1
    minimum: int = 0
    apart: bool = False
    open: bool = False
    features: set[str] = field(default_factory=set)

    @property
    def namespace(self) -> str:
        """Its namespace."""
        return f"case-{self.index}"

    def local(self, name: str) -> str:
        """A value that no other case has: of a zone, a pool or a node."""
        return f"c{self.index}-{name}"
