"""Make the plan that a file holds."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct, field

from dlctl import API_VERSION, __version__
from dlctl.errors import PlanError
from dlctl.plan.options import PlanOptions
from dlctl.plan.saved.digests import Digests
from dlctl.plan.saved.model import KIND, SavedApp, SavedCluster, SavedFlags, SavedPlan
from dlctl.plan.saved.objects import ObjectDigests, saved_objects, saved_releases, saved_uses
from dlctl.plan.view.report import plan_report
from dlctl.render.rendering import Rendering
from dlctl.workflow.apply import refuse_planned
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection
from dlctl.workflow.saved.inputs import InputDigests, input_digests, refuse_secret_settings
from dlctl.workflow.session import Session


class Recorder(Struct):
    """Keeps what a plan was rendered from, until the plan is made; for one environment."""

    selection: Selection
    options: PlanOptions
    prune: bool | None
    digests: Digests = field(default_factory=Digests)
    _seen: list[tuple[Rendering, InputDigests]] = field(default_factory=list)

    def rendered(self, rendering: Rendering) -> None:
        """Keep the digests of a rendering. Raises PlanError where a flag has a secret."""
        refuse_secret_settings(rendering, self.selection.settings)
        self._seen[:] = [(rendering, input_digests(rendering, self.digests))]

    def plan(self, session: Session, planned: Planned) -> SavedPlan:
        """The plan for a file. Raises PlanError if an apply would refuse it."""
        refuse_planned(session, planned, "no plan of {} was saved, as an apply would be refused")
        ((rendering, found),) = self._seen
        stated = {each.ref: each.body for each in rendering.manifests}
        own = ObjectDigests(self.digests, planned.redactor, stated)
        identity, masked = planned.plan.identity, planned.masked(session)
        objects = saved_objects(planned.plan, masked, own)
        _refuse_same_names([each.object for each in objects])
        return SavedPlan(
            API_VERSION,
            KIND,
            __version__,
            datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            SavedApp(session.app.name, session.app.id),
            planned.environment,
            SavedCluster(identity.uid, identity.server, identity.weak),
            self._flags(),
            self.digests.salt_text,
            found.inputs,
            {name: dict(files) for name, files in found.prototypes.items()},
            objects,
            plan_report(masked),
            saved_uses(planned.plan, own),
            saved_releases(planned.plan, own),
        )

    def _flags(self) -> SavedFlags:
        options = self.options
        return SavedFlags(
            self.selection.components,
            self.selection.settings,
            options.adopt,
            options.force_conflicts,
            options.replace,
            self.prune,
            options.prune_protected,
            options.prune_all,
            options.allow_crd_downgrade,
        )


def _refuse_same_names(names: Sequence[object]) -> None:
    if len(set(names)) < len(names):
        raise PlanError(
            "names of objects contain secrets, so that a plan in a file cannot tell them apart",
            hint="change the names of these objects",
        )
