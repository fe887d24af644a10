"""What differs between two runs: their parameters, and their objects except for the run's name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.jobs.runs.record import RunRecord
from dlctl.json_values import same_json
from dlctl.labels import MADE_FROM, RUN, SUBMISSION, SWEEP
from dlctl.manifest import JsonObject
from dlctl.plan.compare.compare import clean

NAME = "RUN"
"""What stands for the name of each run."""

_OF_ONE_RUN = frozenset(
    {RUN, SWEEP, MADE_FROM, SUBMISSION, "controller-uid", "batch.kubernetes.io/controller-uid"}
)
"""Labels and annotations that every run has of its own."""


class ParameterDifference(Struct, frozen=True):
    """A parameter whose value differs; None where it is not stated."""

    name: str
    left: Any
    right: Any


class ObjectPair(Struct, frozen=True):
    """An object of both runs, under one name; None where a run has none."""

    kind: str
    name: str
    left: JsonObject | None
    right: JsonObject | None


def parameter_differences(left: RunRecord, right: RunRecord) -> Iterator[ParameterDifference]:
    """The parameters of which two runs have different values, by name; secrets are not among them."""
    ours, theirs = _values(left), _values(right)
    for name in sorted({*ours, *theirs}):
        if not same_json(ours.get(name), theirs.get(name)):
            yield ParameterDifference(name, ours.get(name), theirs.get(name))


def _values(record: RunRecord) -> Mapping[str, Any]:
    return {**(record.params or {}), **record.values}


def paired(
    left: tuple[str, Sequence[JsonObject]], right: tuple[str, Sequence[JsonObject]]
) -> tuple[ObjectPair, ...]:
    """The objects of two runs by kind and name; each run is given with its name."""
    ours, theirs = dict(_by_name(*left)), dict(_by_name(*right))
    keys = sorted({*ours, *theirs})
    return tuple(ObjectPair(*key, ours.get(key), theirs.get(key)) for key in keys)


def _by_name(run: str, bodies: Iterable[JsonObject]) -> Iterator[tuple[tuple[str, str], JsonObject]]:
    for body in bodies:
        plain = _without_own(clean(body), run)
        metadata = {key: item for key, item in plain["metadata"].items() if key != "ownerReferences"}
        yield (plain["kind"], metadata["name"]), {**plain, "metadata": metadata}


def _without_own(value: Any, run: str) -> Any:
    """The value without what each run has of its own, and with NAME for the run's name."""
    if isinstance(value, Mapping):
        return {key: _without_own(item, run) for key, item in value.items() if key not in _OF_ONE_RUN}
    if isinstance(value, list):
        return [_without_own(item, run) for item in value]
    return value.replace(run, NAME) if isinstance(value, str) else value
