"""Compare two runs: `job diff`."""

from msgspec import Struct

from dlctl.jobs.runs.comparison import ObjectPair, ParameterDifference, paired, parameter_differences
from dlctl.jobs.runs.record import run_of
from dlctl.plan.compare.compare import compare
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.plan.model import FieldChange
from dlctl.plan.view.masked import mask_pair
from dlctl.redact import Redactor
from dlctl.workflow.runs.find import FoundRun


class MaskedPair(Struct, frozen=True):
    """An object of both runs with its secrets masked, and what differs."""

    pair: ObjectPair
    changes: tuple[FieldChange, ...]


class RunComparison(Struct, frozen=True):
    """What differs between two runs; secrets are masked, and a secret that differs still shows."""

    params: tuple[ParameterDifference, ...]
    objects: tuple[MaskedPair, ...]

    @property
    def differs(self) -> bool:
        """Whether anything differs."""
        return bool(self.params or self.objects)


def compared_runs(left: FoundRun, right: FoundRun) -> RunComparison:
    """The parameters and the objects of two runs that differ; their names count as one."""
    secrets = [text for each in (left, right) for body in each.bodies for text in old_secrets(body)]
    redactor = Redactor().with_derived(secrets)
    ours, theirs = (run_of(each.found.live.body) for each in (left, right))
    pairs = paired((ours, left.bodies), (theirs, right.bodies))
    masked = [_masked(each, redactor) for each in pairs]
    found = parameter_differences(left.record, right.record)
    return RunComparison(tuple(found), tuple(each for each in masked if each.changes))


def _masked(pair: ObjectPair, redactor: Redactor) -> MaskedPair:
    left, right = mask_pair(pair.left, pair.right, redactor)
    shown = ObjectPair(pair.kind, pair.name, left, right)
    return MaskedPair(shown, compare(left, right))
