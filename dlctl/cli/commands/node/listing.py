"""`dlctl node list`: read the clusters, once or again and again, and print what they have."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cli.arguments.label_selector import check_selector
from dlctl.cli.cluster_targets import TargetFlags, Targets
from dlctl.cli.commands.node.tolerated import tolerations_in
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.views.nodes.format import NodeFormat
from dlctl.cli.output.views.nodes.listing import NodeView, print_nodes
from dlctl.cli.output.views.nodes.order import check_sort, chosen_columns
from dlctl.cli.output.views.nodes.watch import NodeWatch
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.errors import UsageError
from dlctl.events import masking, no_events
from dlctl.nodes.inventory.collect import Wanted, is_extended
from dlctl.nodes.inventory.model import Inventory
from dlctl.nodes.inventory.select import Counted, Shown, counted
from dlctl.redact import Redactor
from dlctl.workflow.clusters import ClusterRead, Reached, read_clusters
from dlctl.workflow.node_list import read_inventory

EVERY = 10.0
"""Seconds between two reads of --watch."""


class NodeQuery(Struct, frozen=True):
    """What is asked for: of which clusters, which nodes and devices, with their pods or without."""

    targets: TargetFlags
    selector: str
    counted: Counted
    shown: Shown
    pods: bool
    component: str = ""

    def check(self) -> None:
        """Raise UsageError for what cannot be asked."""
        check_selector(self.selector)
        for name in self.counted.resources:
            if not is_extended(name) and not set(name) & set("*?["):
                raise UsageError(
                    f"'{name}' is not an extended resource",
                    hint="cpu and memory are columns of -o wide; others have a '/'",
                )
        if self.component and (self.targets.contexts or self.targets.all_contexts):
            raise UsageError("--for needs environments", hint="a component has its parameters from one")


class Printing(Struct, frozen=True):
    """How it is printed; `columns` and `sort` as they were typed."""

    format: NodeFormat
    header: bool
    columns: str
    sort: Sequence[str]
    preemptible_below: int | None

    def view(self, query: NodeQuery) -> NodeView:
        """The view. Raises UsageError for a column or a sort key that there is not."""
        return NodeView(
            self.format,
            query.shown,
            datetime.now(UTC),
            query.pods,
            self.header,
            chosen_columns(self.columns),
            check_sort(self.sort),
            self.preemptible_below,
            filtered=query.counted != Counted() or bool(query.selector),
        )


def list_nodes(
    runtime: Runtime, flags: ClusterFlags, query: NodeQuery, printing: Printing, *, ignore_unreachable: bool
) -> None:
    """`node list`. Raises UsageError, AppError and ClusterError before any cluster is asked."""
    view = printing.view(query)
    query.check()
    reads = read_nodes(runtime, flags, query, topology=view.shows_topology)
    print_nodes(runtime, reads, view)
    fail_where_unread([(each.target, each.error) for each in reads], ignore=ignore_unreachable)


def watch_nodes(
    runtime: Runtime, flags: ClusterFlags, query: NodeQuery, printing: Printing, every: float
) -> NoReturn:
    """`node list --watch`: read all again after so many seconds, until KeyboardInterrupt.

    Raises what `list_nodes` raises, also where no cluster can be read the first time. Later a cluster that
    cannot be read is reported, and asked again the next time.
    """
    if printing.format in (NodeFormat.JSON, NodeFormat.YAML):
        raise UsageError(
            f"--watch cannot be used with -o {printing.format}, which is one document",
            hint="-o csv can be watched",
        )
    view = printing.view(query)
    query.check()
    watch = NodeWatch(every)
    while True:
        reads = read_nodes(runtime, flags, query, topology=view.shows_topology, quiet=watch.begun)
        if not watch.begun and all(each.error for each in reads):
            fail_where_unread([(each.target, each.error) for each in reads], ignore=False)
        watch.show(reads, replace(view, now=datetime.now(UTC)))
        time.sleep(every)


def read_nodes(
    runtime: Runtime, flags: ClusterFlags, query: NodeQuery, *, topology: bool, quiet: bool = False
) -> tuple[ClusterRead[Inventory], ...]:
    """The nodes of each cluster; while it lasts, progress is shown unless `quiet`."""
    with LiveProgress() as progress:

        def read(reached: Reached) -> Inventory:
            name = reached.target.name
            wanted = Wanted(query.counted.asks_for, tolerated.get(name, ()), topology)
            emit = no_events if quiet else masking(progress.for_environment(name), Redactor())
            try:
                found = read_inventory(reached.cluster, wanted, labels=query.selector, emit=emit)
                return counted(found, query.counted)
            finally:
                progress.finished(name)

        targets = Targets(runtime, flags, progress).chosen(query.targets)
        names = [each.name for each in targets]
        tolerated = tolerations_in(runtime, flags, progress, query.component, names, quiet=quiet)
        return read_clusters(targets, read, question=lambda name: tolerated.get(name, ()))
