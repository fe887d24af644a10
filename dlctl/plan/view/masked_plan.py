"""A plan with its secrets masked: the only input for text and JSON."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Identity
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.compare.conflict_fields import value_of_field
from dlctl.plan.model import Action, Cost, Leftover, Plan, Scope, Step
from dlctl.plan.requirements import MissingRequirement
from dlctl.redact import Redactor
from dlctl.secret_fields import fields_of


class MaskedConflict(Struct, frozen=True):
    """A field that another manager owns, with its value on the cluster and ours, masked."""

    field: str
    manager: str
    since: str
    theirs: Any
    ours: Any


class MaskedStep:
    """One step with its secrets masked; it cannot be created without a redactor.

    `live` and `merged` are the object before and after; changes of secrets stay visible. `conflicts` are the
    fields of other managers.
    """

    __slots__ = (
        "action",
        "api_version",
        "component",
        "conflicts",
        "cost",
        "hint",
        "live",
        "merged",
        "reason",
        "ref",
        "unchecked",
        "wave",
    )

    def __init__(self, step: Step, redactor: Redactor) -> None:
        from dlctl.plan.view.masked import mask_pair

        self.action: Action = step.action
        self.ref: ObjectRef = redactor.mask_ref(step.ref)
        self.wave: int = step.wave
        self.unchecked: bool = step.unchecked
        self.cost: Cost | None = step.cost
        self.api_version: str = redactor.mask_text(step.manifest.api_version) if step.manifest else ""
        self.component: str = step.component
        self.reason: str = redactor.mask_message(step.reason)
        self.hint: str = redactor.mask_message(step.hint)
        self.live: JsonObject | None
        self.merged: JsonObject | None
        new_fields = fields_of(step.manifest.body) if step.manifest else ()
        self.live, self.merged = mask_pair(step.live, step.merged, redactor, new_fields)
        self.conflicts: tuple[MaskedConflict, ...] = tuple(
            MaskedConflict(
                redactor.mask_message(each.field),
                redactor.mask_message(each.manager),
                each.since,
                value_of_field(self.live, each.field),
                value_of_field(self.merged, each.field),
            )
            for each in step.conflicts
        )


class MaskedPlan:
    """A plan with its secrets masked; it cannot be created without a redactor.

    `notes` are the notes that were emitted while the plan was made. `components` has the number of steps by
    action for each component, `leftovers` the number of its objects that are no longer rendered and that no
    step deletes; `staying` are these objects.
    """

    __slots__ = (
        "components",
        "counts",
        "differs",
        "identity",
        "leftovers",
        "missing",
        "notes",
        "scope",
        "staying",
        "steps",
    )

    def __init__(self, plan: Plan, redactor: Redactor, notes: Iterable[str] = ()) -> None:
        self.scope: Scope = plan.scope
        self.identity: Identity = plan.identity
        self.differs: bool = plan.differs
        self.counts: dict[Action, int] = {action: plan.count(action) for action in Action}
        self.leftovers: dict[str, int] = dict(Counter(each.component for each in plan.leftovers))
        self.staying: tuple[Leftover, ...] = tuple(
            replace(left, ref=redactor.mask_ref(left.ref), reason=redactor.mask_message(left.reason))
            for left in plan.leftovers
        )
        self.components: dict[str, dict[Action, int]] = {
            component: {action: found[action] for action in Action if found[action]}
            for component, found in _by_component(plan).items()
        }
        self.missing: tuple[MissingRequirement, ...] = tuple(_masked(each, redactor) for each in plan.missing)
        self.steps: tuple[MaskedStep, ...] = tuple(MaskedStep(step, redactor) for step in plan.steps)
        self.notes: tuple[str, ...] = tuple(redactor.mask_message(note) for note in notes)


def _by_component(plan: Plan) -> dict[str, Counter[Action]]:
    found: dict[str, Counter[Action]] = {}
    for step in plan.steps:
        found.setdefault(step.component, Counter())[step.action] += 1
    for left in plan.leftovers:
        found.setdefault(left.component, Counter())
    return found


def _masked(missing: MissingRequirement, redactor: Redactor) -> MissingRequirement:
    """A template may make a kind of a secret, too."""
    return replace(
        missing,
        api_version=redactor.mask_text(missing.api_version),
        kind=redactor.mask_text(missing.kind),
        provider=redactor.mask_message(missing.provider),
        hint=redactor.mask_message(missing.hint),
    )
