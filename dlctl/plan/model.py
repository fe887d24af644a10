"""A plan as values: what would happen to each object, why, and in which wave."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from dlctl.cluster.protocol import Identity, Resource
from dlctl.labels import component_of, selector_of, target_labels
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.requirements import MissingRequirement


@dataclass(frozen=True, slots=True)
class Scope:
    """The labels and the namespace of one target, which tell its objects from all others.

    `components` are those that were selected; None means all of them.
    """

    app: str
    environment: str
    namespace: str
    components: frozenset[str] | None = None

    @property
    def labels(self) -> dict[str, str]:
        """The labels that mark an object as this target's."""
        return target_labels(self.app, self.environment)

    @property
    def selector(self) -> str:
        """The same as a label selector."""
        return selector_of(self.labels)


class Action(StrEnum):
    """What would happen to an object."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    UNCHANGED = "unchanged"
    PRUNE = "prune"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs; `pointer` is an RFC 6901 JSON pointer."""

    op: Literal["add", "remove", "replace"]
    pointer: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Step:
    """What would happen to one object.

    `live` is the object as the cluster has it now, `merged` as it would be after (both cleaned of
    what the server owns; None where there is none). `uid` is the live object's. `reason` says why
    for anything that needs a word: a conflict, an unknown, a note on a create.
    """

    action: Action
    ref: ObjectRef
    wave: int
    manifest: Manifest | None = None
    resource: Resource | None = None
    uid: str = ""
    live: JsonObject | None = None
    merged: JsonObject | None = None
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""
    hint: str = ""

    @property
    def component(self) -> str:
        """Whose object it is: the manifest's component, else what the live object's label says."""
        if self.manifest is not None:
            return self.manifest.component
        return component_of(self.live or {})


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of one target, in the order in which they would be taken; `missing` stand in their way."""

    scope: Scope
    identity: Identity
    steps: tuple[Step, ...]
    missing: tuple[MissingRequirement, ...] = ()

    def count(self, action: Action) -> int:
        """How many steps have this action."""
        return sum(step.action is action for step in self.steps)

    @property
    def differs(self) -> bool:
        """Whether anything would change, or may: unknown is not unchanged."""
        return bool(self.missing) or any(step.action is not Action.UNCHANGED for step in self.steps)

    @property
    def fingerprint(self) -> tuple[tuple[Action, ObjectRef, str, tuple[FieldChange, ...]], ...]:
        """What it does to which objects: equal where two plans come to the same."""
        return tuple((step.action, step.ref, step.uid, step.changes) for step in self.steps)
