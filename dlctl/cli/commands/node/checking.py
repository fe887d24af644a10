"""`dlctl node check`: render the components, read the clusters, and print the verdicts."""

import sys
from collections.abc import Callable
from pathlib import Path

import typer
from msgspec import Struct
from msgspec.structs import replace

from dlctl.cli.cluster_targets import TargetFlags, Targets
from dlctl.cli.commands.node.what_if import parse_what_if
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.views.nodes.fit import CheckedCluster, print_checked
from dlctl.cli.output.views.nodes.fit_format import FitFormat
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.errors import DlctlError, Location, UsageError
from dlctl.kinds.shape import Path as FieldPath
from dlctl.manifest import Manifest
from dlctl.nodes.fit.report import Verdict
from dlctl.redact import Redactor
from dlctl.workflow.clusters import ClusterRead, Reached, read_clusters
from dlctl.workflow.fit.kinds import with_unserved_kinds
from dlctl.workflow.fit.masked import masked_fit
from dlctl.workflow.fit.node_check import ClusterFit, ToCheck, check_cluster
from dlctl.workflow.fit.object_shapes import require_valid_pods
from dlctl.workflow.fit.origins import Origins, origins_by_params, origins_in_file
from dlctl.workflow.fit.requirements import node_requirements
from dlctl.workflow.manifest_file import ObjectFile, objects_in, read_objects
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.session import Session
from dlctl.yamlio.load import text_of

STANDARD_INPUT = Path("-")


class FitQuery(Struct, frozen=True):
    """What is asked for: which components or which file, on which clusters, with which nodes besides."""

    targets: TargetFlags
    selection: Selection
    file: Path | None
    what_if: str
    preemptible_below: int | None

    @property
    def by_context(self) -> bool:
        """Whether contexts are named, not environments."""
        return bool(self.targets.contexts) or self.targets.all_contexts

    def check(self) -> None:
        """Raise UsageError for what cannot be asked."""
        if self.file and (self.selection.components or self.selection.settings):
            raise UsageError("--file cannot be used with --component or --set", hint="use only one of them")
        if self.by_context and not self.file:
            raise UsageError(
                "contexts need --file", hint="components have their parameters from an environment"
            )


class _Source(Struct, frozen=True):
    """Where the objects come from: components of environments, or a file."""

    query: FitQuery
    targets: Targets
    session: Session | None
    file: ObjectFile | None

    def objects(self, name: str) -> tuple[ToCheck, Redactor]:
        """What is to be checked in one target, and its secrets. Raises AppError, ParamError, RenderError."""
        if self.file is None:
            assert self.session is not None
            rendering = self.session.render(name, self.query.selection)
            redactor = redactor_of(rendering)
            require_valid_pods(rendering.manifests, redactor)
            return ToCheck(rendering.manifests, node_requirements(rendering)), redactor
        if self.session is None:
            namespace = self.targets.kubeconfig.select(name).namespace or "default"
        else:
            namespace = self.session.target(name).environment.namespace
        manifests = self.file.manifests(namespace)
        require_valid_pods(manifests, Redactor(), self._field_in_file)
        return ToCheck(manifests), Redactor()

    def _field_in_file(self, manifest: Manifest, path: FieldPath) -> Location | None:
        assert self.file is not None
        return self.file.place(manifest.ref.kind, manifest.ref.name, path)

    def origins(self, name: str, fit: ClusterFit) -> Origins:
        """Who asks for what pods do not get."""
        if self.file is not None:
            return origins_in_file(self.file, fit)
        assert self.session is not None
        return origins_by_params(self.session, name, self.query.selection, fit)


def check_nodes(
    runtime: Runtime, flags: ClusterFlags, query: FitQuery, output: FitFormat, *, ignore_unreachable: bool
) -> None:
    """`node check`. Raises UsageError, AppError, ParamError, RenderError before any cluster is asked."""
    query.check()
    what_if = parse_what_if(query.what_if)
    with LiveProgress(quiet=output is FitFormat.JSON) as progress:
        source = _source(runtime, flags, progress, query)
        chosen = source.targets.chosen(query.targets)
        objects = {each.name: source.objects(each.name) for each in chosen}

        def read(reached: Reached) -> ClusterFit:
            name = reached.target.name
            try:
                below = query.preemptible_below
                wanted, redactor = objects[name]
                found = check_cluster(reached.cluster, wanted, what_if, preemptible_below=below)
                found = with_unserved_kinds(found, reached.cluster, wanted.manifests)
                return masked_fit(found, redactor)
            finally:
                progress.finished(name)

        reads = [_own(each, read) for each in read_clusters(chosen, read)]
    results = [(each, source.origins(each.target, each.result) if each.result else {}) for each in reads]
    print_checked(runtime, [CheckedCluster(each, origins) for each, origins in results], output)
    fail_where_unread([(each.target, each.error) for each in reads], ignore=ignore_unreachable)
    if any(each.result and each.result.verdict is not Verdict.FITS for each in reads):
        raise typer.Exit(1)


def _own(found: ClusterRead[ClusterFit], read: Callable[[Reached], ClusterFit]) -> ClusterRead[ClusterFit]:
    """The answer for one target: environments on one cluster want pods of their own."""
    if not found.same_as or found.reached is None:
        return found
    try:
        return replace(found, result=read(found.reached), same_as="")
    except DlctlError as error:
        return replace(found, error=error, same_as="")


def _objects(path: Path) -> ObjectFile:
    """The objects of a file, or of standard input. Raises YamlError, RenderError where none creates pods."""
    if path == STANDARD_INPUT:
        content = sys.stdin.buffer.read() if sys.stdin is not None else b""
        file = objects_in(text_of(content, "standard input"), "standard input")
    else:
        file = read_objects(path)
    file.require_pods()
    return file


def _source(runtime: Runtime, flags: ClusterFlags, progress: LiveProgress, query: FitQuery) -> _Source:
    file = _objects(query.file) if query.file else None
    session = None if query.by_context else open_session(runtime, flags, progress)
    return _Source(query, Targets(runtime, flags, progress), session, file)
