"""The steps of a plan as a file holds them."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from dlctl.json_values import same_json
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.model import Action, Plan, Step
from dlctl.plan.saved.digests import Digests
from dlctl.plan.saved.model import SavedChange, SavedObject, SavedRef, SavedUse
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.text import step_text
from dlctl.redact import Redactor


class ObjectDigests(Struct, frozen=True):
    """What is needed for the digests of objects: `stated` has what was rendered, before the plan."""

    digests: Digests
    redactor: Redactor
    stated: Mapping[ObjectRef, JsonObject]

    def saved(self, step: Step, diff: str = "") -> SavedObject:
        """A step as a file holds it, with its masked diff."""
        body = self.stated.get(step.ref)
        secret = any(self._is_secret(each) for each in (step.live, step.merged))
        return SavedObject(
            self.shown(step.ref),
            step.action,
            step.uid,
            step.version,
            self.stated_digest(body) if body is not None else "",
            self.digests.of(step.merged, secret=secret) if step.merged is not None else "",
            tuple(self._changes(step, secret=secret)),
            diff,
        )

    def stated_digest(self, body: JsonObject) -> str:
        """The digest of what the app states of an object."""
        return self.digests.of(body, secret=self._is_secret(body))

    def used(self, ref: ObjectRef, content: JsonObject | None) -> SavedUse:
        """What pods use and the app does not render, as a file holds it."""
        digest = "" if content is None else self.digests.of(content, secret=ref.kind == "Secret")
        return SavedUse(self.shown(ref), digest)

    def shown(self, ref: ObjectRef) -> SavedRef:
        """An object's reference, masked."""
        masked = self.redactor.mask_ref(ref)
        return SavedRef(masked.group, masked.kind, masked.namespace, masked.name)

    def _is_secret(self, body: JsonObject | None) -> bool:
        if body is None or self.redactor.leaves(body):
            return False
        return not same_json(self.redactor.mask_manifest(body), body)

    def _changes(self, step: Step, *, secret: bool) -> Iterator[SavedChange]:
        if step.action is Action.PRUNE:
            return
        for change in step.changes:
            removed = change.op == "remove"
            pointer = self.redactor.mask_text(change.pointer)
            yield SavedChange(pointer, "" if removed else self.digests.of(change.new, secret=secret))


def saved_uses(plan: Plan, digests: ObjectDigests) -> tuple[SavedUse, ...]:
    """What pods of a plan use and the app does not render, as a file holds it."""
    return tuple(digests.used(ref, plan.used[ref]) for ref in sorted(plan.used))


def saved_releases(plan: Plan, digests: ObjectDigests) -> tuple[SavedRef, ...]:
    """The objects that a plan releases, as a file holds them."""
    return tuple(digests.shown(step.ref) for step in plan.releases)


def saved_objects(plan: Plan, masked: MaskedPlan, digests: ObjectDigests) -> tuple[SavedObject, ...]:
    """All steps of a plan as a file holds them; `masked` is the same plan."""
    diffs = (step_text(step, masked.scope.environment) for step in masked.steps)
    return tuple(map(digests.saved, plan.steps, diffs))
