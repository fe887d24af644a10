"""`dlctl cluster diff`: which clusters to read, reading them, and printing how they differ."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click
import typer
from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.cluster_snapshot import ClusterSnapshot
from dlctl.app.environments import load_environment
from dlctl.app.snapshot.load import cluster_file, load_snapshot
from dlctl.cli.cluster_targets import Targets
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import FAILED_DIFF, SOME_UNREAD
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.cluster_diff import Side, print_cluster_diff
from dlctl.cli.output.views.outcomes import fail
from dlctl.cli.output.views.unread import unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.errors import AppError, DlctlError, UsageError
from dlctl.events import WarningNote, masking
from dlctl.redact import Redactor
from dlctl.workflow.cluster_diff import RenderedNeeds, compare_clusters, needs_of_rendering
from dlctl.workflow.clusters import ClusterRead, ClusterTarget, Reached, read_clusters
from dlctl.workflow.needs.model import Needs
from dlctl.workflow.render import Selection
from dlctl.workflow.snapshot.read import SnapshotOptions, read_snapshot


class DiffFlags(Struct, frozen=True):
    """The two clusters, by environments and then by contexts, and the components that matter."""

    environments: Sequence[str]
    contexts: Sequence[str]
    components: Sequence[str]
    offline: bool

    def check(self) -> None:
        """Raise UsageError where these are not two clusters that can be compared."""
        if len(self.environments) + len(self.contexts) != 2:
            raise click.UsageError(
                "name two clusters: environments, or --context NAME in place of one or both",
                click.get_current_context(silent=True),
            )
        if self.offline and self.contexts:
            raise UsageError(
                "--offline compares the cluster.yaml of two environments", hint="remove --context"
            )
        if self.components and not self.environments:
            raise UsageError(
                "--component needs an environment", hint="a component has its parameters from one"
            )


def diff_clusters(
    runtime: Runtime, connection: ClusterFlags, flags: DiffFlags, output: TableFormat
) -> NoReturn:
    """`cluster diff`. It ends with 0 (same), 1 (different), 2 (failed) or 4 (not everything was read)."""
    flags.check()
    try:
        with LiveProgress() as progress:
            rendered = _needs(runtime, connection, flags, progress)
            sides = (
                _offline(runtime, flags)
                if flags.offline
                else _live(runtime, connection, flags, rendered.needs, progress)
            )
    except DlctlError as error:
        fail([error], at_least=FAILED_DIFF)
    left, right = sides
    found = compare_clusters(
        left.snapshot,
        right.snapshot,
        rendered=rendered,
        other=right.snapshot,
        only_needs=bool(flags.components),
    )
    print_cluster_diff(runtime, left, right, found, output)
    code = SOME_UNREAD if found.unread else 0
    raise typer.Exit(1 if found.differs else code)


def _needs(
    runtime: Runtime, connection: ClusterFlags, flags: DiffFlags, progress: LiveProgress
) -> RenderedNeeds:
    """What the components of the first environment need; nothing where only contexts are compared."""
    if not flags.environments:
        return RenderedNeeds()
    session = open_session(runtime, connection, progress)
    return needs_of_rendering(session.render(flags.environments[0], Selection(tuple(flags.components))))


def _offline(runtime: Runtime, flags: DiffFlags) -> list[Side]:
    app = runtime.app()
    return [Side(name, _recorded(app.root, name)) for name in flags.environments]


def _recorded(root: Path, name: str) -> ClusterSnapshot:
    snapshot = load_snapshot(root, name)
    if not snapshot.known:
        raise AppError(
            f"there is no {cluster_file(name)}",
            hint=f"write it with 'dlctl env update {name}'",
        )
    return snapshot


def _live(
    runtime: Runtime, connection: ClusterFlags, flags: DiffFlags, needs: Needs, progress: LiveProgress
) -> list[Side]:
    """Both clusters, read at once. Raises Failed, its errors reported, where one cannot be read."""
    targets, namespaces = _targets(runtime, connection, flags, progress)

    def read(reached: Reached) -> ClusterSnapshot:
        name = reached.target.name
        emit = masking(progress.for_environment(name), Redactor())
        for note in reached.notes:
            emit(WarningNote(note))
        try:
            return read_snapshot(
                reached.cluster, SnapshotOptions(namespaces[name], node_labels=needs.label_keys), emit
            )
        finally:
            progress.finished(name)

    reads = {each.target: each for each in read_clusters(targets, read)}
    _require_read(list(reads.values()))
    return [_side(reads[target.name], reads) for target in targets]


def _targets(
    runtime: Runtime, connection: ClusterFlags, flags: DiffFlags, progress: LiveProgress
) -> tuple[list[ClusterTarget], dict[str, str]]:
    """The two targets, and the namespace of each: that of the environment, or of the first one."""
    chosen = Targets(runtime, connection, progress)
    targets, namespaces = [], {}
    if flags.environments:
        app = runtime.app()
        targets = [chosen.environment(app, name) for name in flags.environments]
        namespaces = {name: load_environment(app, name).namespace for name in flags.environments}
    first = next(iter(namespaces.values()), "default")
    for name in flags.contexts:
        chosen.kubeconfig.select(name)
        target = chosen.context(name)
        targets.append(replace(target, name=f"context {name}") if name in namespaces else target)
        namespaces[targets[-1].name] = first
    return targets, namespaces


def _require_read(reads: Sequence[ClusterRead[ClusterSnapshot]]) -> None:
    errors = unread([(each.target, each.error) for each in reads])
    for error in errors:
        report_failure(error)
    if errors:
        raise Failed(errors, SOME_UNREAD if len(errors) < len(reads) else FAILED_DIFF)


def _side(read: ClusterRead[ClusterSnapshot], reads: Mapping[str, ClusterRead[ClusterSnapshot]]) -> Side:
    found = reads[read.same_as].result if read.same_as else read.result
    assert found is not None
    return Side(read.target, found, read.reached.cluster.server if read.reached else "")
