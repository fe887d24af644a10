"""Render a component under the name of a run."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import Target
from dlctl.jobs.runs.objects import RunObjects, names_in, objects_of_run
from dlctl.jobs.runs.parts import Parts, parts_of
from dlctl.jobs.runs.record import RunRecord, with_values
from dlctl.jobs.runs.target import has_named_patches, target_of_run, without_patches
from dlctl.manifest import JsonObject
from dlctl.redact import Redactor
from dlctl.render.rendering import Rendering
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.session import Session


class RunSource(Struct, frozen=True):
    """A component as it is rendered, in parts: what runs are made from."""

    environment: str
    selection: Selection
    rendering: Rendering
    parts: Parts


class RenderedRun(Struct, frozen=True):
    """A run's objects and record, and the redactor of its secrets."""

    record: RunRecord
    objects: RunObjects
    redactor: Redactor


def source_of_runs(session: Session, environment: str, selection: Selection) -> RunSource:
    """Render a component, with secrets. Raises PlanError where it is not one job; AppError, RenderError."""
    rendering = session.render(environment, selection, secrets=True, connecting=True)
    redactor = redactor_of(rendering)
    with redactor.masking_errors():
        (component,) = selection.components
        parts = parts_of(component, rendering.manifests, session.rules(environment))
    return RunSource(environment, selection, rendering, parts)


def render_run(session: Session, source: RunSource, record: RunRecord, submission: str) -> RenderedRun:
    """Render the component under the run's name; `record` has that name. Raises RenderError, PlanError."""
    (component,) = source.selection.components
    target = source.rendering.target
    patched = _names(session, source, target, component, record.run)
    renamed = target_of_run(target, component, record.run, patched)
    rendering = session.render_as(renamed, source.selection)
    redactor = redactor_of(rendering)
    with redactor.masking_errors():
        names = names_in(_bodies(source.rendering), _bodies(rendering))
        whole = with_values(record, rendering.components[0].params, redactor)
        objects = objects_of_run(source.parts, rendering.manifests, names, whole, submission)
    return RenderedRun(whole, objects, redactor)


def _names(
    session: Session, source: RunSource, target: Target, component: str, run: str
) -> Mapping[tuple[str, str], str]:
    """The new names of what patches select; they are known from a rendering without patches."""
    if not has_named_patches(target, component):
        return {}
    bare = without_patches(target, component)
    base = session.render_as(bare, source.selection)
    other = session.render_as(target_of_run(bare, component, run, {}), source.selection)
    return names_in(_bodies(base), _bodies(other))


def _bodies(rendering: Rendering) -> tuple[JsonObject, ...]:
    return tuple(document.value for document in rendering.components[0].documents)


def named(record: RunRecord, run: str) -> RunRecord:
    """The record of the run of this name."""
    return replace(record, run=run)
