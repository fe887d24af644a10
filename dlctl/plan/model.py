"""A plan as values: what would happen to each object, why, and in which wave."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from dlctl.cluster.protocol import Identity, Resource
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.requirements import MissingKind

APP_LABEL, ENVIRONMENT_LABEL = "dlctl.dev/app", "dlctl.dev/environment"
COMPONENT_LABEL = "dlctl.dev/component"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose objects a plan is about: the labels and the namespace of one target.

    `environment` is the label form of the name (`us-west.prod`), `environment_name` the name itself,
    where it is another. `components` are those that were selected; None means all of them.
    """

    app: str
    environment: str
    namespace: str
    components: frozenset[str] | None = None
    environment_name: str = ""

    @property
    def shown_environment(self) -> str:
        """The environment as people write it: `us-west/prod`."""
        return self.environment_name or self.environment

    @property
    def labels(self) -> dict[str, str]:
        """The labels that mark an object as this target's."""
        return {APP_LABEL: self.app, ENVIRONMENT_LABEL: self.environment}

    @property
    def selector(self) -> str:
        """The same as a label selector."""
        return ",".join(f"{key}={value}" for key, value in sorted(self.labels.items()))


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
        labels = ((self.live or {}).get("metadata") or {}).get("labels") or {}
        return str(labels.get(COMPONENT_LABEL) or "")


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of one target, in the order in which they would be taken; `missing` stand in their way."""

    scope: Scope
    identity: Identity
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = field(default=())
    missing: tuple[MissingKind, ...] = ()

    def count(self, action: Action) -> int:
        """How many steps have this action."""
        return sum(step.action is action for step in self.steps)

    @property
    def differs(self) -> bool:
        """Whether anything would change, or may: unknown is not unchanged."""
        return bool(self.missing) or any(step.action is not Action.UNCHANGED for step in self.steps)

    @property
    def deeds(self) -> tuple[tuple[Action, ObjectRef, str, tuple[FieldChange, ...]], ...]:
        """What it does to which objects: equal where two plans come to the same."""
        return tuple((step.action, step.ref, step.uid, step.changes) for step in self.steps)
