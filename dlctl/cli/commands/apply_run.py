"""One `apply` command: all environments are planned and checked before the first write."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from dlctl.cli.commands.fit_lines import FitLines
from dlctl.cli.commands.protected import confirm_protected, require_same, unchanged_since
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.views.outcomes import finish, log_result, require_results, run_errors
from dlctl.cli.output.views.plan import RunFormat, print_plan, write_plans
from dlctl.cli.runtime import Runtime
from dlctl.deploy.goal import Goal
from dlctl.deploy.masked import MaskedReport
from dlctl.deploy.options import DeployOptions
from dlctl.plan.model import Action
from dlctl.workflow.apply import apply_planned, refuse_planned
from dlctl.workflow.collisions import collisions
from dlctl.workflow.locks import Locks
from dlctl.workflow.many import Limits, run_many
from dlctl.workflow.plan import Planned
from dlctl.workflow.rights import require_rights
from dlctl.workflow.session import Session

NOTHING_APPLIED = "nothing was applied to any environment"
"""Logged after the errors of several environments."""


Plan = Callable[[str], Planned]
"""Plans an environment. Raises DlctlError."""


class Writing(Struct, frozen=True):
    """How a run writes, what it waits for, and whether nothing is asked."""

    options: DeployOptions
    goal: Goal | None
    yes: bool


class ApplyRun(Struct, frozen=True):
    """One `apply` command: all environments are planned and checked before the first write."""

    runtime: Runtime
    session: Session
    names: Sequence[str]
    limits: Limits
    progress: LiveProgress
    output: RunFormat

    def dry_run(self, plan: Plan, fits: FitLines) -> None:
        """Show what would be done. Fails as `write` would."""
        with self.progress:
            outcomes = run_many(self.names, self.progress.until_finished(plan), self.limits)
        refused = run_many([each.environment for each in outcomes.results], self._refusing(outcomes.results))
        refusals = (*refused.errors, *collisions(outcomes.results))
        plans = [entry.masked(self.session) for entry in outcomes.results]
        if self.output is not RunFormat.TEXT and plans:
            write_plans(self.runtime, plans, (*outcomes.errors, *refusals))
        elif self.output is RunFormat.TEXT:
            for plan_ in plans:
                print_plan(plan_)
        fits.log(self.names)
        require_results(outcomes, NOTHING_APPLIED, more=refusals)

    def planned(self, plan: Plan) -> tuple[Planned, ...]:
        """The plans of all environments. Ends the command if one is refused or failed."""
        with self.progress:
            outcomes = run_many(
                self.names, self.progress.until_finished(lambda name: self._refused(plan(name))), self.limits
            )
        return require_results(outcomes, NOTHING_APPLIED, more=collisions(outcomes.results))

    def _refusing(self, planned: Sequence[Planned]) -> Callable[[str], Planned]:
        """What apply would refuse: a step of the plan, or the cluster itself."""
        by_name = {entry.environment: entry for entry in planned}

        def check(name: str) -> Planned:
            self.session.require_writable(name)
            return self._refused(by_name[name])

        return check

    def _refused(self, planned: Planned) -> Planned:
        """The plan. Raises PlanError if a step is refused, or if the user lacks permissions."""
        refuse_planned(self.session, planned)
        require_rights(self.session, planned)
        return planned

    def write(self, plan: Plan, fits: FitLines, locks: Locks, writing: Writing) -> None:
        """Plan all environments, confirm what is protected, and apply under the locks."""
        planned = self.planned(plan)
        fits.log(self.names)
        asked = [confirm_protected(self.runtime, self.session, each, yes=writing.yes) for each in planned]
        agreed = [
            unchanged_since(self.session, entry, plan) if was_asked else entry
            for entry, was_asked in zip(planned, asked, strict=True)
        ]
        self.execute(self.locked(agreed, plan, locks), writing.options, writing.goal, locks)

    def locked(self, planned: Sequence[Planned], plan: Plan, locks: Locks) -> list[Planned]:
        """The plans, under the locks of those that write; made again where somebody else may have written."""

        def lock(name: str) -> Planned:
            entry = by_name[name]
            if not entry.plan.writes or locks.take(name):
                return entry
            fresh = self._refused(plan(name))
            if entry.protected or entry.plan.count(Action.PRUNE) or fresh.plan.count(Action.PRUNE):
                require_same(entry, fresh)  # these are shown before they are agreed to
            return fresh

        by_name = {entry.environment: entry for entry in planned}
        with self.progress:
            outcomes = run_many(tuple(by_name), self.progress.until_finished(lock), self.limits)
        return list(require_results(outcomes, NOTHING_APPLIED))

    def execute(
        self, planned: Sequence[Planned], options: DeployOptions, goal: Goal | None, locks: Locks
    ) -> None:
        """Apply the plans, and report what became of each. Ends the command if one failed."""
        by_name = {entry.environment: entry for entry in planned}

        def apply_one(name: str) -> MaskedReport:
            entry = by_name[name]
            report = apply_planned(self.session, entry, locks.holding(name, options), goal)
            masked = MaskedReport(report, entry.redactor, self.session.notes(name))
            self.progress.printed(lambda: log_result(masked))
            if report.succeeded:
                locks.require_held(name)
            return masked

        with self.progress:
            outcomes = run_many(
                self.names,
                self.progress.until_finished(apply_one),
                self.limits,
                failed=lambda report: not report.succeeded,
                cut_off=self.progress.end,
            )
        if self.output is not RunFormat.TEXT:
            from dlctl.deploy.report import run_report

            items = [run_report(report) for report in outcomes.results]
            write_document(self.runtime, "ReportList", items=items, errors=run_errors(outcomes))
        finish(outcomes, waits=goal is not None)
