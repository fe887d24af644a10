"""Whether the objects of a run would have names that components of its environment have for theirs."""

from collections.abc import Sequence

from dlctl.errors import DlctlError, PlanError
from dlctl.manifest import Manifest
from dlctl.workflow.render import Selection
from dlctl.workflow.runs.render import RenderedRun
from dlctl.workflow.session import Session


def refuse_taken(session: Session, environment: str, run: RenderedRun, source: Sequence[Manifest]) -> None:
    """Raise PlanError for a run with a name that a component's object has, applied or not.

    `source` is what the run's own component renders. Components that cannot be rendered are left out.
    """
    owners = {each.ref: each.component for each in (*_rendered(session, environment), *source)}
    for each in (run.objects.job, *run.objects.own):
        if each.ref in owners:
            raise PlanError(
                f"run {run.record.run} would create {each.ref}, which component {owners[each.ref]} has: "
                "'apply' could then not create it",
                hint="choose another --name, or leave it out: the run then gets the next free number",
            )


def _rendered(session: Session, environment: str) -> tuple[Manifest, ...]:
    try:
        return session.render(environment, Selection(), keep_going=True).manifests
    except DlctlError:
        return ()
