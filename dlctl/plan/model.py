"""The model of plans: what would happen to each object, why, and in which wave."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct, field

from dlctl.app.model import Release
from dlctl.cluster.protocol import Identity, Resource
from dlctl.labels import (
    APP,
    ENVIRONMENT,
    RUN,
    any_of,
    component_of,
    environment_label,
    selector_of,
    target_labels,
)
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.applyset import ApplySet
from dlctl.plan.field_managers import FieldManagers, field_managers
from dlctl.plan.requirements import MissingRequirement


class History(Struct, frozen=True):
    """What the app's files say about objects that were applied before.

    `components` has the current name for earlier ones, `environments` the earlier names of the environment.
    """

    components: Mapping[str, str] = field(default_factory=dict)
    environments: tuple[str, ...] = ()
    released: tuple[Release, ...] = ()


class Scope(Struct, frozen=True):
    """The labels and the namespace of one target, which identify its objects.

    `components` are the selected ones; None means all. `app_id` tells apart apps of one name.
    """

    app: str
    environment: str
    namespace: str
    components: frozenset[str] | None = None
    app_id: str = ""
    history: History = field(default_factory=History)

    def component_of(self, body: JsonObject) -> str:
        """The component that an object belongs to, by its current name; empty if it has none."""
        name = component_of(body)
        return self.history.components.get(name, name)

    @property
    def managers(self) -> FieldManagers:
        """The field managers of this target; those of its earlier names are earlier ones."""
        own = field_managers(self.app, self.environment, self.app_id)
        before = (field_managers(self.app, name, self.app_id).all for name in self.history.environments)
        earlier = dict.fromkeys((*own.earlier, *(name for names in before for name in names)))
        return FieldManagers(own.current, tuple(earlier))

    def managers_with(self, environment: str) -> FieldManagers:
        """The same, with those of another environment of the app as earlier ones; empty: of none."""
        if not environment:
            return self.managers
        others = field_managers(self.app, environment, self.app_id).all
        return FieldManagers(self.managers.current, (*self.managers.earlier, *others))

    @property
    def labels(self) -> dict[str, str]:
        """The labels of this target's objects."""
        return target_labels(self.app, self.environment)

    @property
    def selector(self) -> str:
        """The labels as a selector, without objects of runs.

        With earlier names of the environment, it selects their objects, too.
        """
        return f"{self.everything},!{RUN}"

    @property
    def runs(self) -> str:
        """The selector of the objects of runs."""
        return f"{self.everything},{RUN}"

    @property
    def everything(self) -> str:
        """The selector of all objects, those of runs, too."""
        if not self.history.environments:
            return selector_of(self.labels)
        return f"{selector_of({APP: self.app})},{any_of(ENVIRONMENT, self.environment_labels)}"

    @property
    def environment_labels(self) -> frozenset[str]:
        """The environment's name and its earlier ones, as label values."""
        return frozenset(map(environment_label, (self.environment, *self.history.environments)))


class Action(StrEnum):
    """What would happen to an object."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    UNCHANGED = "unchanged"
    PRUNE = "prune"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


MAKING = frozenset({Action.CREATE, Action.REPLACE, Action.UPDATE})
"""The actions after which an object is as its manifest states."""

BLOCKING = frozenset({Action.CONFLICT, Action.UNKNOWN})
"""The actions for which nothing is applied."""


class FieldChange(Struct, frozen=True):
    """One field that differs; `pointer` is an RFC 6901 JSON pointer."""

    op: Literal["add", "remove", "replace"]
    pointer: str
    old: Any
    new: Any


class FieldOwner(Struct, frozen=True):
    """A field that another manager owns, since a time in UTC (empty: not known)."""

    manager: str
    field: str
    since: str = ""


class Cost(Struct, frozen=True):
    """What a change of an object that creates pods costs: the pods and GPUs that stop.

    `since` is when a run that ends by it has begun, in UTC; empty for what is no run. `restarts`: other pods
    take their place.
    """

    pods: int = 0
    gpus: int = 0
    since: str = ""
    restarts: bool = False


class Step(Struct, frozen=True):
    """What would happen to one object.

    `live` is the current object, `merged` the object after the change (both without fields that the server
    sets; None if there is none), `uid` its UID, and `version` its resourceVersion. `reason` explains
    conflicts, unknown results and special cases. `earlier_managers` own fields that the manager takes over.
    `lists_secrets`: an apply also writes the annotation that lists places of secrets, which is no difference.
    `joins_set`: it also writes the label of the ApplySet, which is no difference either.
    `failed`: the server did not say what would change. `starts_nothing`: the object is a run whose pods were
    made before the change. `unchecked`: the server has not checked what would be created. `conflicts` are the
    fields that other managers own, `takes` says that the object's annotation takes them over. `adopts`: the
    object was not the target's, or a manager that applied whole manifests owned fields of it. `cost` is that
    of an object which creates pods. `forbidden`: the user may not read what decides the action.
    """

    action: Action
    ref: ObjectRef
    wave: int
    manifest: Manifest | None = None
    resource: Resource | None = None
    uid: str = ""
    version: str = ""
    live: JsonObject | None = None
    merged: JsonObject | None = None
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""
    hint: str = ""
    earlier_managers: tuple[str, ...] = ()
    lists_secrets: bool = False
    joins_set: bool = False
    failed: bool = False
    starts_nothing: bool = False
    unchecked: bool = False
    conflicts: tuple[FieldOwner, ...] = ()
    takes: bool = False
    adopts: bool = False
    cost: Cost | None = None
    forbidden: bool = False

    @property
    def needs_request(self) -> bool:
        """Whether an apply writes anything."""
        further = bool(self.earlier_managers) or self.lists_secrets or self.joins_set
        return further or self.action is not Action.UNCHANGED

    @property
    def component(self) -> str:
        """The object's component: that of the manifest, else by the label of the live object."""
        if self.manifest is not None:
            return self.manifest.component
        return component_of(self.live or {})


class LeftoverState(StrEnum):
    """What happens to an object that is no longer rendered and that this plan does not delete."""

    STAYS = "stays"
    """It would be deleted by a plan that prunes."""
    KEPT = "kept"
    """It is not deleted by such a plan either; the reason says why."""
    MOVED = "moved"
    """Another component, which is not selected, renders it now."""
    RELEASED = "released"
    """dlctl.yaml releases it: it stays on the cluster, and nothing deletes it."""


class Leftover(Struct, frozen=True):
    """An object on the cluster that its component does not render any more."""

    ref: ObjectRef
    component: str
    state: LeftoverState = LeftoverState.STAYS
    reason: str = ""


class Plan(Struct, frozen=True):
    """All steps of one target, in order of execution; `missing` kinds prevent an apply.

    `kept` are the components with protected objects that a deletion leaves on the cluster. `leftovers` are
    objects that are no longer rendered and that no step deletes. `applyset` is the target's ApplySet.
    `releases` remove labels and ownership from objects that dlctl.yaml releases, which is no difference.
    `used` are Secrets and ConfigMaps of others that are in digests of pod templates (None: there is none);
    `unread` are those, and keys of digests, that the user may not read.
    """

    scope: Scope
    identity: Identity
    steps: tuple[Step, ...]
    missing: tuple[MissingRequirement, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    kept: frozenset[str] = frozenset()
    applyset: ApplySet | None = None
    releases: tuple[Step, ...] = ()
    used: Mapping[ObjectRef, JsonObject | None] = field(default_factory=dict)
    unread: frozenset[ObjectRef] = frozenset()

    def count(self, action: Action) -> int:
        """The number of steps with this action."""
        return sum(step.action is action for step in self.steps)

    @property
    def writes(self) -> bool:
        """Whether an apply writes to any object of the target."""
        return bool(self.releases) or any(step.needs_request for step in self.steps)

    @property
    def differs(self) -> bool:
        """Whether anything would or might change: unknown is not unchanged."""
        return bool(self.missing) or any(step.action is not Action.UNCHANGED for step in self.steps)

    @property
    def blocked(self) -> bool:
        """Whether an apply would be refused: a kind is missing, or a step is a conflict or unknown."""
        return bool(self.missing) or any(step.action in BLOCKING for step in self.steps)

    @property
    def forbidden(self) -> bool:
        """Whether the user may not read what decides some step."""
        return any(step.forbidden for step in self.steps)

    @property
    def failed(self) -> bool:
        """Whether the server did not say for some object what would change."""
        return any(step.failed for step in self.steps)

    @property
    def fingerprint(self) -> tuple[tuple[Action, ObjectRef, str, tuple[FieldChange, ...]], ...]:
        """Actions and changes by object, and what is released; equal for two plans with the same effect."""
        every = (*self.steps, *self.releases)
        return tuple((step.action, step.ref, step.uid, step.changes) for step in every)
