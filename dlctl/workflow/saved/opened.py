"""A plan in a file: what it was made with, and whether it still holds."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from dlctl import __version__
from dlctl.cluster.protocol import Cluster
from dlctl.errors import Location, PlanError
from dlctl.events import Emit, Note
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.model import Plan
from dlctl.plan.options import PlanOptions
from dlctl.plan.saved.compare import Finding, compare_plans
from dlctl.plan.saved.digests import Digests, digests_with
from dlctl.plan.saved.gone import gone_objects
from dlctl.plan.saved.model import SavedPlan
from dlctl.plan.saved.objects import ObjectDigests, saved_uses
from dlctl.plan.saved.shown import asks_for_checks, edited_objects
from dlctl.render.rendering import Rendering
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection
from dlctl.workflow.saved.file import read_plan
from dlctl.workflow.saved.inputs import InputDigests, changed_inputs, input_digests
from dlctl.workflow.session import Session


class OpenedPlan(Struct):
    """A plan that was read from `path`; `content` is the whole file."""

    path: Path
    content: bytes
    saved: SavedPlan
    digests: Digests
    _stated: dict[ObjectRef, JsonObject] = field(default_factory=dict)

    @property
    def selection(self) -> Selection:
        """The components and settings that it was made with."""
        return Selection(self.saved.flags.components, self.saved.flags.set)

    def options(self, *, check_new: bool, create_namespace: bool = True) -> PlanOptions:
        """The options that it was made with, and what is decided when it is applied."""
        flags = self.saved.flags
        return PlanOptions(
            adopt=flags.adopt,
            force_conflicts=flags.force_conflicts,
            replace=flags.replace,
            prune_protected=flags.prune_protected,
            prune_all=flags.prune_all,
            allow_crd_downgrade=flags.allow_crd_downgrade,
            check_new=check_new or asks_for_checks(self.saved),
            create_namespace=create_namespace,
        )

    def refuse_other_app(self, session: Session) -> None:
        """Raise PlanError if it is a plan of another app."""
        own, app = self.saved.app, session.app
        if (own.name, own.id) != (app.name, app.id):
            raise self._refused(f"it belongs to app {own.name} (id {own.id or 'none'}), not to {app.name}")

    def rendered(self, rendering: Rendering) -> None:
        """Raise PlanError if what the plan was rendered from has changed since it was made."""
        before = InputDigests(self.saved.inputs, self.saved.prototypes)
        changed = changed_inputs(before, input_digests(rendering, self.digests, before))
        if changed:
            raise self._refused("its inputs have changed", map(PlanError, changed))
        self._stated = {each.ref: each.body for each in rendering.manifests}

    def check(self, planned: Planned, cluster: Cluster, emit: Emit) -> None:
        """Raise PlanError unless a plan that was made again does what this one says, or less.

        Less is: objects that are as they should be, or that are gone and were to be deleted. The cluster is
        asked for these, which raises ClusterError.
        """
        actual = planned.plan.identity
        if actual.uid != self.saved.cluster.id:
            raise self._refused(
                f"it is for cluster {self.saved.cluster.id} at {self.saved.cluster.server}, "
                f"but {actual.server} is cluster {actual.uid}"
            )
        if actual.server != self.saved.cluster.server:
            emit(
                Note(
                    f"the plan was made at {self.saved.cluster.server}; the cluster is at {actual.server} now"
                )
            )
        digests = ObjectDigests(self.digests, planned.redactor, self._stated)
        self._refuse_other_objects(digests)
        self._refuse_other_uses(planned.plan, digests)
        if self.saved.tool_version != __version__:
            emit(Note(f"the plan was made by dlctl {self.saved.tool_version}; this is {__version__}"))
        with planned.redactor.masking_errors():
            found = compare_plans(
                self.saved, planned.plan, digests, lambda deletions: gone_objects(cluster, deletions)
            )
        for finding in found:
            if not finding.refused:
                emit(Note(finding.text))
        if refused := [finding for finding in found if finding.refused]:
            problems = [PlanError(each.text, hint=each.hint or None) for each in refused]
            raise self._refused(f"the cluster has changed, and {_how_much(refused)}", problems)
        with planned.redactor.masking_errors():
            other = tuple(edited_objects(self.saved, planned.plan, digests))
        if other:
            edited = map(PlanError, map(_edited, other))
            raise self._refused("the saved diff no longer matches what would be applied", edited)

    def _refuse_other_objects(self, digests: ObjectDigests) -> None:
        """Raise PlanError where the same files render other objects: secrets that they refer to, or dlctl."""
        saved = {each.object: each.stated for each in self.saved.objects if each.stated}
        now: Mapping[ObjectRef, JsonObject] = self._stated
        why = "a secret that it refers to, or dlctl itself, has changed"
        changed = [
            f"{digests.shown(ref).ref} renders differently: {why}"
            for ref, body in now.items()
            if saved.get(digests.shown(ref)) not in (None, digests.stated_digest(body))
        ]
        if changed:
            raise self._refused("its inputs have changed", map(PlanError, changed))

    def _refuse_other_uses(self, plan: Plan, digests: ObjectDigests) -> None:
        """Raise PlanError where values that pods use have changed, so that they would be replaced."""
        now = {each.object: each.content for each in saved_uses(plan, digests)}
        changed = [
            f"{each.object.ref}, which pods use and which does not belong to this app"
            for each in self.saved.used
            if now.get(each.object) != each.content
        ]
        if changed:
            raise self._refused("its inputs have changed", map(PlanError, changed))

    def _refused(self, reason: str, problems: Iterable[PlanError] = ()) -> PlanError:
        message = f"the plan is refused, and nothing was applied: {reason}"
        hint = f"make a new plan: dlctl diff {self.saved.environment} --save FILE"
        each = tuple(problems)
        if len(each) == 1:
            message = f"{message}: {each[0].message}"
            hint += f"; for it, {each[0].hint}" if each[0].hint else ""
        more = each if len(each) > 1 else ()
        return PlanError(message, location=Location(str(self.path)), hint=hint, problems=more)


def open_plan(path: Path) -> OpenedPlan:
    """Read a plan. Raises FileError or PlanError."""
    saved, content = read_plan(path)
    try:
        digests = digests_with(saved.salt)
    except ValueError as error:
        raise PlanError("the plan has no salt", location=Location(str(path))) from error
    return OpenedPlan(path, content, saved, digests)


def _edited(name: str) -> str:
    why = "the file was edited, or the server's response changed"
    return f"the diff of {name} does not match what would be applied: {why}"


def _how_much(refused: Sequence[Finding]) -> str:
    if all(finding.blocked for finding in refused):
        return "it can no longer be applied"
    less = {finding.less for finding in refused}
    if less == {True}:
        return "less would change than the plan shows"
    return f"{'more' if less == {False} else 'something else'} would change than the plan shows"
