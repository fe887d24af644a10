"""`dlctl cluster list`: which clusters to ask, asking them, and printing what they answer."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlctl.cli.cluster_targets import Targets
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.views.cluster_format import ClusterFormat
from dlctl.cli.output.views.clusters import print_clusters
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.errors import ClusterError, NoApp
from dlctl.events import masking
from dlctl.nodes.inventory.order import natural_key
from dlctl.redact import Redactor
from dlctl.workflow.cluster_list import ClusterSummary, cluster_summary
from dlctl.workflow.cluster_uses import Use, cluster_rows
from dlctl.workflow.clusters import ClusterTarget, Reached, read_clusters

if TYPE_CHECKING:
    from dlctl.app.model import Destination


def list_clusters(
    runtime: Runtime,
    flags: ClusterFlags,
    output: ClusterFormat,
    *,
    everything: bool,
    ignore_unreachable: bool,
) -> None:
    """`cluster list`. Raises AppError and ClusterError before any cluster is asked."""
    with LiveProgress() as progress:

        def read(reached: Reached) -> ClusterSummary:
            name = reached.target.name
            emit = masking(progress.for_environment(name), Redactor())
            try:
                return cluster_summary(reached, emit)
            finally:
                progress.finished(name)

        choice = _Choice(runtime, Targets(runtime, flags, progress))
        choice.add_environments()
        if everything or not choice.targets:
            choice.add_contexts()
        reads = read_clusters(list(choice.targets.values()), read)
    rows = cluster_rows(reads, choice.uses)
    print_clusters(runtime, rows, output)
    fail_where_unread([(row.read.target, row.error) for row in rows], ignore=ignore_unreachable)


class _Choice:
    """The clusters that are asked, and which environments use them."""

    def __init__(self, runtime: Runtime, targets: Targets) -> None:
        self._runtime = runtime
        self._targets = targets
        self.targets: dict[str, ClusterTarget] = {}
        self.uses: list[Use] = []

    def add_environments(self) -> None:
        """The clusters of the app's environments; none where there is no app."""
        for name, destination in self._destinations():
            target = self._sandbox(destination) if destination.sandbox else self._context(destination)
            self.targets.setdefault(target.name, target)
            self.uses.append(
                Use(name, target.name, destination.cluster_id, sandbox=bool(destination.sandbox))
            )

    def add_contexts(self) -> None:
        """Every context of the kubeconfig. Raises ClusterError."""
        for name in sorted(self._targets.kubeconfig.contexts, key=natural_key):
            self.targets.setdefault(name, self._targets.context(name))

    def _destinations(self) -> "Iterator[tuple[str, Destination]]":
        from dlctl.app.environments import environment_names, load_environment

        try:
            app = self._runtime.app()
        except NoApp:
            return
        for name in environment_names(app):
            destination = load_environment(app, name).destination
            if destination.is_set:
                yield name, destination

    def _context(self, destination: "Destination") -> ClusterTarget:
        """The context that the environment would be reached by; a missing one keeps its name, and fails."""
        from dlctl.cluster.kubeconfig.select import select_context

        try:
            return self._targets.context(select_context(self._targets.kubeconfig, destination).name)
        except ClusterError:
            return self._targets.destination(destination.context or destination.server, destination)

    def _sandbox(self, destination: "Destination") -> ClusterTarget:
        """A sandbox by the name of its context, which may be merged; one that does not run fails."""
        from dlctl.sandbox.host.kubeconfig import context_name

        return self._targets.destination(context_name(destination.sandbox), destination)
