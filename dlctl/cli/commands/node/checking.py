"""`dlctl node check`: render the components, read the clusters, and print the verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from dlctl.cli.cluster_targets import TargetFlags, Targets
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import log
from dlctl.cli.output.views.fit import print_fits
from dlctl.cli.output.views.fit_format import FitFormat
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.errors import UsageError
from dlctl.events import Note, WarningNote
from dlctl.manifest import Manifest
from dlctl.nodes.fit.report import Verdict
from dlctl.workflow.clusters import ClusterRead, Reached, read_clusters
from dlctl.workflow.manifest_file import read_objects
from dlctl.workflow.node_check import ClusterFit, check_manifests, ranked
from dlctl.workflow.render import Selection

Reads = Sequence[ClusterRead[ClusterFit]]


@dataclass(frozen=True, slots=True)
class FitQuery:
    """What is asked for: which components or which file, on which clusters, with which nodes besides."""

    targets: TargetFlags
    selection: Selection
    file: Path | None
    what_if: str
    preemptible_below: int | None

    def check(self) -> None:
        """Raise UsageError for what cannot be asked."""
        by_context = bool(self.targets.contexts) or self.targets.all_contexts
        if self.file and (self.selection.components or self.selection.settings):
            raise UsageError("--file excludes --component and --set", hint="leave one of them out")
        if by_context and not self.file:
            raise UsageError(
                "--context needs --file", hint="components have their parameters from an environment"
            )


def check_nodes(
    runtime: Runtime, flags: ClusterFlags, query: FitQuery, output: FitFormat, *, ignore_unreachable: bool
) -> None:
    """`node check`. Raises UsageError, AppError, ParamError, RenderError before any cluster is asked."""
    query.check()
    with LiveProgress() as progress:
        targets = Targets(runtime, flags, progress)
        chosen = targets.chosen(query.targets)
        manifests = _manifests(runtime, flags, progress, query, targets, [each.name for each in chosen])

        def read(reached: Reached) -> ClusterFit:
            name = reached.target.name
            try:
                found = manifests[name]
                return check_manifests(reached.cluster, found, preemptible_below=query.preemptible_below)
            finally:
                progress.finished(name)

        reads = read_clusters(chosen, read)
    _print(reads, output)
    fail_where_unread([(each.target, each.error) for each in reads], ignore=ignore_unreachable)
    if any(each.result and each.result.verdict is not Verdict.FITS for each in reads):
        raise typer.Exit(1)


def _manifests(
    runtime: Runtime,
    flags: ClusterFlags,
    progress: LiveProgress,
    query: FitQuery,
    targets: Targets,
    names: Sequence[str],
) -> Mapping[str, Sequence[Manifest]]:
    """The objects to check in each target."""
    by_context = bool(query.targets.contexts) or query.targets.all_contexts
    if query.file is None:
        session = open_session(runtime, flags, progress)
        return {name: session.render(name, query.selection).manifests for name in names}
    file = read_objects(query.file)
    if by_context:
        return {
            name: file.manifests(targets.kubeconfig.select(name).namespace or "default") for name in names
        }
    session = open_session(runtime, flags, progress)
    return {name: file.manifests(session.target(name).environment.namespace) for name in names}


def _print(reads: Reads, output: FitFormat) -> None:
    fits = [(each.target, each.result) for each in reads if each.result is not None]
    if fits:
        print_fits(fits, wide=output is FitFormat.WIDE)
    for each in reads:
        prefix = f"{each.target}: " if len(reads) > 1 else ""
        for warning in each.reached.notes if each.reached else ():
            log_event(WarningNote(warning))
        for note in each.result.notes if each.result else ():
            log_event(Note(prefix + note))
    if len(fits) > 1:
        log(_ranking(fits))


def _ranking(fits: Sequence[tuple[str, ClusterFit]]) -> str:
    """Where the pods can start first."""
    return "can start: " + "; ".join(f"{name}: {fit.verdict.value}" for name, fit in ranked(fits))
