"""The objects of a run, made of those of its component."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.errors import PlanError
from dlctl.jobs.runs.parts import Parts
from dlctl.jobs.runs.record import RunRecord, annotation_of
from dlctl.jobs.runs.renaming import Renaming
from dlctl.labels import MADE_FROM, RUN, SUBMISSION, SWEEP, annotations_of, labels_of
from dlctl.manifest import JsonObject, Manifest, ObjectRef

Bodies = Sequence[JsonObject]


class RunObjects(Struct, frozen=True):
    """The objects of one run: its job, and the configuration that it has for itself."""

    job: Manifest
    own: tuple[Manifest, ...]


def names_in(base: Bodies, run: Bodies) -> dict[tuple[str, str], str]:
    """The name under a run's name by kind and the component's own name, of the same objects in order.

    Raises PlanError where a component renders other objects under another name.
    """
    if [each["kind"] for each in base] != [each["kind"] for each in run]:
        raise PlanError(
            "the component renders other objects under another name, so it cannot have runs",
            hint="let no template depend on component.name, except for names",
        )
    return {
        (one["kind"], one["metadata"]["name"]): str(other["metadata"]["name"])
        for one, other in zip(base, run, strict=True)
    }


def objects_of_run(
    parts: Parts,
    rendered: Sequence[Manifest],
    names: Mapping[tuple[str, str], str],
    record: RunRecord,
    submission: str,
) -> RunObjects:
    """The run's own objects as `rendered` under its name; what is shared keeps the component's names."""
    by_name = {(each.ref.kind, each.ref.namespace, each.ref.name): each for each in rendered}
    own = {each.ref: _new_name(each, parts.job, names, record.run) for each in (parts.job, *parts.own)}
    renaming = _renaming(parts, names, own)

    def made(manifest: Manifest) -> Manifest:
        ref = manifest.ref
        found = by_name[ref.kind, ref.namespace, names[ref.kind, ref.name]]
        return _labelled(found, renaming.applied(found.body), own[ref], record, submission)

    job = made(parts.job)
    noted = {**annotations_of(job.body), MADE_FROM: annotation_of(record)}
    body = {**job.body, "metadata": {**job.body["metadata"], "annotations": noted}}
    return RunObjects(replace(job, body=body), tuple(made(each) for each in parts.own))


def _new_name(manifest: Manifest, job: Manifest, names: Mapping[tuple[str, str], str], run: str) -> str:
    """The name that the templates made of the run's; where they did not, one that begins with the run's."""
    name = names[manifest.ref.kind, manifest.ref.name]
    if name != manifest.ref.name:
        return name
    if name == job.ref.name:
        return run
    return f"{run}-{name.removeprefix(f'{job.ref.name}-')}"


def _renaming(parts: Parts, names: Mapping[tuple[str, str], str], own: Mapping[ObjectRef, str]) -> Renaming:
    found = {(ref.kind, names[ref.kind, ref.name]): name for ref, name in own.items()}
    found["job", names[parts.job.ref.kind, parts.job.ref.name]] = own[parts.job.ref]
    texts: dict[str, str] = {}
    for each in parts.shared:
        rendered = names[each.ref.kind, each.ref.name]
        found[each.ref.kind, rendered] = each.ref.name
        if rendered not in (each.ref.name, *own.values()):
            texts[rendered] = each.ref.name
    return Renaming(found, parts.name_labels, texts)


def _labelled(
    manifest: Manifest, body: JsonObject, name: str, record: RunRecord, submission: str
) -> Manifest:
    sweep = {SWEEP: record.sweep} if record.sweep else {}
    metadata = {
        **body["metadata"],
        "name": name,
        "labels": {**labels_of(body), RUN: record.run, **sweep},
        "annotations": {**annotations_of(body), SUBMISSION: submission},
    }
    return replace(manifest, ref=replace(manifest.ref, name=name), body={**body, "metadata": metadata})
