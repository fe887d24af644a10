"""The report of a comparison: how often both agree, and every class of disagreement."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from tests.schemas.oracle.agreement import OUTCOMES, Verdict, histogram

EXAMPLES_SHOWN = 12
_OF_DEVICES = re.compile(r"\.containers\[\d+\]\.resources\.(limits|requests)\[[^\]]+/[^\]]+\]: Invalid value")


def classes(has_rules: Callable[[str], bool], verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    """The disagreements by class; `has_rules` says whether a kind has rules in CEL."""
    found: dict[str, list[Verdict]] = {}
    for each in verdicts:
        if not each.agreed:
            found.setdefault(_class(each, has_rules), []).append(each)
    return dict(sorted(found.items()))


CEL = "only the server refuses: rules in CEL"
GO = "only the server refuses: rules in Go of built-in kinds, beyond those that validate has"
SCALE = "only the server refuses: the replicas of a scale subresource are negative"
OVERFLOW = "only validate refuses: a number that int32 cannot hold, which the server cuts to 32 bits"
DEFAULT = (
    "only the server refuses: a condition of the schema on a field that is not stated, and has a default"
)
EMPTY = "only validate refuses: a required field or an item is null or missing; the server takes it as empty"
DEVICES = (
    "only validate refuses: an amount of devices that no pod may have; "
    "the server does not look into pods of CRDs"
)
OTHER = "other"
KNOWN = frozenset({CEL, GO, SCALE, OVERFLOW, DEFAULT, EMPTY, DEVICES})
"""The classes that are understood; anything else is a defect of `validate`."""


def _class(verdict: Verdict, has_rules: Callable[[str], bool]) -> str:
    built_in = "." not in verdict.kind.partition("/")[0] or ".k8s.io/" in verdict.kind
    if verdict.ours:
        if "less than or equal to 2147483647" in verdict.ours:
            return OVERFLOW
        if not built_in and _OF_DEVICES.search(verdict.ours):
            return DEVICES
        empty = verdict.ours.endswith((": Required value", "Invalid value: null: must be of type object"))
        return EMPTY if empty and built_in else OTHER
    if "must validate one and only one schema" in verdict.server:
        return DEFAULT
    if "should be a non-negative integer" in verdict.server:
        return SCALE
    if has_rules(verdict.kind):
        return CEL
    return GO if built_in and "strict decoding" not in verdict.server else OTHER


def report(title: str, verdicts: Sequence[Verdict], found: dict[str, list[Verdict]]) -> str:
    """The whole report as text."""
    return "\n".join([title, "", *_table(verdicts), "", *_disagreements(found)]) + "\n"


def _table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    agreed = sum(each.agreed for each in verdicts)
    yield f"{len(verdicts)} objects, the same answer for {agreed}: {100 * agreed / len(verdicts):.1f} %"
    yield ""
    yield f"{'fault':26}" + "".join(f"{name:>26}" for name in OUTCOMES)
    for fault, counts in histogram(verdicts).items():
        yield f"{fault:26}" + "".join(f"{counts.get(name, 0) or '-':>26}" for name in OUTCOMES)


def _disagreements(found: dict[str, list[Verdict]]) -> Iterator[str]:
    for name, verdicts in found.items():
        yield f"{name}: {len(verdicts)}"
        reasons = Counter(f"{each.kind}: {_reason(each)}" for each in verdicts)
        for reason, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:EXAMPLES_SHOWN]:
            yield f"    {count:3}  {reason}"
        if len(reasons) > EXAMPLES_SHOWN:
            yield f"         and {len(reasons) - EXAMPLES_SHOWN} more"
        yield ""


def _reason(verdict: Verdict) -> str:
    """The first complaint without names of objects, and cut."""
    text = re.sub(r"^apply \S+ \S+(?: in namespace \S+)?: ", "", verdict.server or verdict.ours)
    text = re.sub(r"failed to create typed patch object \([^)]*\): ", "", text)
    return text.partition("; ")[0].replace("\n", " ")[:110]
