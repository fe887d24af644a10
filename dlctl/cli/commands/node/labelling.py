"""`dlctl node label`: compare, confirm, write, and report what was not done."""

from collections.abc import Sequence

import typer
from msgspec import Struct

from dlctl.cli.cluster_targets import TargetFlags, Targets
from dlctl.cli.commands.node.label_request import Asked, LabelRequest, read_asked
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import INTERRUPTED, SOME_UNREAD
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.nodes.labels import Mode, Reads, Reports, counts_line, label_rows, print_labels
from dlctl.cli.output.views.nodes.labels_json import write_labels_json
from dlctl.cli.output.views.unread import unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of
from dlctl.deploy.node_labels import LabelReport
from dlctl.deploy.options import DeployOptions
from dlctl.errors import DeployError, DlctlError, Interrupted, PlanError
from dlctl.events import WarningNote, masking
from dlctl.redact import Redactor
from dlctl.text import counted
from dlctl.workflow.clusters import ClusterRead, Reached, read_clusters
from dlctl.workflow.many import Limits, run_many
from dlctl.workflow.node_label import LabelPlan, plan_labels
from dlctl.workflow.node_label_write import check_hosts, identity_warnings, write_plan


def label_nodes(runtime: Runtime, flags: ClusterFlags, request: LabelRequest, output: TableFormat) -> None:
    """`node label`. Raises UsageError, AppError, RuleError and FileError before any cluster is asked."""
    request.check()
    app = runtime.app()
    names = environments_of(app, request.environments, all_=request.all_environments)
    request.check_targets(names)
    asked = read_asked(runtime, request, app.name)
    command = _Command(runtime, flags, request, output, names, asked)
    reads = command.read()
    if not request.writes:
        command.finish(reads, {}, Mode.PREVIEW)
    elif request.dry_run:
        refused = command.refusals(reads)
        command.finish(reads, {} if refused else command.write(reads), Mode.DRY_RUN, refused)
    else:
        command.require_writable(reads)
        reads = command.confirmed(reads)
        command.finish(reads, command.write(reads), Mode.APPLY)


class _Command(Struct, frozen=True):
    """One command: all clusters are read and checked before the first write."""

    runtime: Runtime
    flags: ClusterFlags
    request: LabelRequest
    output: TableFormat
    names: Sequence[str]
    asked: Asked

    def read(self) -> Reads:
        """Compare the nodes of each cluster. Raises FileError and PlanError for hosts without their node."""
        with LiveProgress(quiet=True) as progress:

            def plan(reached: Reached) -> LabelPlan:
                name = reached.target.name
                emit = masking(progress.for_environment(name), Redactor())
                try:
                    return plan_labels(reached.cluster, self.asked.query, emit=emit)
                finally:
                    progress.finished(name)

            targets = Targets(self.runtime, self.flags, progress)
            reads = read_clusters(targets.chosen(TargetFlags(self.names)), plan)
        if self.asked.hosts:
            for warning in check_hosts(self.asked.hosts, reads):
                log_event(WarningNote(warning))
        return reads

    def require_writable(self, reads: Reads) -> None:
        """Raise PlanError unless each cluster that was read may be written to."""
        for warning in identity_warnings(reads, override=self.request.skip_identity):
            log_event(WarningNote(warning))

    def refusals(self, reads: Reads) -> tuple[DlctlError, ...]:
        """Why --apply would write to none of the clusters."""
        try:
            self.require_writable(reads)
        except PlanError as error:
            return error.single_errors
        return ()

    def confirmed(self, reads: Reads) -> Reads:
        """The plans, once it is confirmed that protected environments may be written to.

        After a prompt the clusters are read again. Raises PlanError if they changed meanwhile.
        """
        protected = [each for each in reads if each.reached and self._is_protected(each.target, reads)]
        asked = self.runtime.interactive and not self.request.yes
        if protected and asked:
            print_labels(reads, {}, Mode.APPLY)
        for each in protected:
            self._confirm(each.target, reads)
        if not (protected and asked):
            return reads
        fresh = self.read()
        self.require_writable(fresh)
        if [_changes(each.result) for each in fresh] != [_changes(each.result) for each in reads]:
            raise PlanError(
                "the labels of nodes changed after they were shown; nothing was written",
                hint="run the command again to see what would change now",
            )
        return fresh

    def _is_protected(self, name: str, reads: Reads) -> bool:
        """Whether something would be written to the cluster of an environment that is protected."""
        from dlctl.app.environments import load_environment

        if not load_environment(self.runtime.app(), name).protected:
            return False
        result = _owner(name, reads).result
        return result is not None and result.differs

    def _confirm(self, name: str, reads: Reads) -> None:
        read = _owner(name, reads)
        rows = [row for row in label_rows(reads, {}) if row.cluster == read.target]
        server = read.reached.identity.server if read.reached else ""
        what = counts_line(rows, Mode.PREVIEW)
        question = f"Environment '{name}' on {server} is protected: {what}. Label its nodes?"
        confirm(self.runtime, question, yes=self.request.yes)

    def write(self, reads: Reads) -> Reports:
        """Write to each cluster that was read; an interrupt is in the reports."""
        by_name = {each.target: each for each in reads}
        plans = {each.target: each.result for each in reads if each.result is not None}
        limits = Limits()
        options = DeployOptions(stop=limits.stop)
        with LiveProgress(quiet=True) as progress:

            def write(name: str) -> LabelReport:
                emit = masking(progress.for_environment(name), Redactor())
                return write_plan(by_name[name], options, dry_run=self.request.dry_run, emit=emit)

            outcomes = run_many(list(plans), progress.until_finished(write), limits)
        done = {each.environment: each.result for each in outcomes.each if each.result is not None}
        left = {name: plan for name, plan in plans.items() if name not in done}
        return {**done, **{name: LabelReport.not_written(plan.nodes) for name, plan in left.items()}}

    def finish(self, reads: Reads, reports: Reports, mode: Mode, refused: Sequence[DlctlError] = ()) -> None:
        """Print all, and exit with the code of what was not done."""
        errors = unread([(each.target, each.error) for each in reads])
        failed = [*refused, *(_failure(name, each) for name, each in reports.items() if each.errors)]
        interrupted = any(report.interrupted for report in reports.values())
        stopped = (
            [Interrupted("interrupted", hint="run the command again to continue")] if interrupted else []
        )
        if self.output is TableFormat.JSON:
            write_labels_json(self.runtime, reads, reports, mode, (*errors, *failed, *stopped))
        else:
            print_labels(reads, reports, mode)
        for error in (*errors, *failed):
            report_failure(error)
        if interrupted:
            log("interrupted; completed changes remain: run the command again to continue")
            raise typer.Exit(INTERRUPTED)
        if failed or not any(each.result for each in reads):
            raise Failed((*errors, *failed), 1)
        if errors and not self.request.ignore_unreachable:
            raise Failed(errors, SOME_UNREAD)


def _failure(name: str, report: LabelReport) -> DlctlError:
    """One error for the nodes of a cluster that could not be written."""
    problems = report.errors
    message = f"{name}: {counted(len(problems), 'node')} could not be labeled"
    return DeployError(message, problems=problems)


def _owner(name: str, reads: Reads) -> ClusterRead[LabelPlan]:
    """The read of an environment, or of the one that has the same cluster and was read for it."""
    by_name = {each.target: each for each in reads}
    return by_name[by_name[name].same_as or name]


def _changes(plan: LabelPlan | None) -> object:
    return [(each.node, each.uid, each.changes) for each in plan.nodes] if plan else None
