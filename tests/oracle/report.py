"""Rates of agreement and the histogram of verdicts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from dlctl.nodes.fit.report import Verdict
from tests.oracle.case import Sort
from tests.oracle.judge import disagreement
from tests.oracle.run import Answer

LEAST_RATE = 0.95
"""Of sets of pods, among which the scheduler breaks ties at random; single pods agree always."""
LEAST_SHARE = 0.2
"""Of each verdict in all cases."""


@dataclass(slots=True)
class Tally:
    """How many cases of each sort and verdict there were, and how many agreed."""

    verdicts: Counter[str] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    features: Counter[str] = field(default_factory=Counter)
    preempted: int = 0
    open: int = 0
    disagreements: dict[int, str] = field(default_factory=dict)

    def add(self, answer: Answer) -> str:
        """Count an answer; how it disagrees, if it does."""
        text, sort = disagreement(answer), answer.case.sort
        self.verdicts[answer.verdict.name.lower()] += 1
        self.cases[sort] += 1
        self.agreed[sort] += not text
        self.features.update(answer.case.features)
        self.preempted += answer.victims > 0
        self.open += answer.case.open and answer.verdict is Verdict.WAITS
        if text:
            self.disagreements[answer.case.index] = f"{sort}: {text}"
        return text

    def rate(self, *, single: bool) -> float:
        """The part of cases that agreed: of single pods, or of all others."""
        sorts = [sort for sort in Sort if (sort is Sort.SINGLE) is single]
        every = sum(self.cases[sort] for sort in sorts)
        return sum(self.agreed[sort] for sort in sorts) / every if every else 1.0

    def share(self, verdict: Verdict) -> float:
        """The part of cases with a verdict."""
        return self.verdicts[verdict.name.lower()] / max(1, self.verdicts.total())

    @property
    def good(self) -> bool:
        """Whether the rates and the shares are as high as they must be."""
        shares = (self.share(each) for each in (Verdict.FITS, Verdict.WAITS, Verdict.NEVER))
        return (
            self.rate(single=True) == 1
            and self.rate(single=False) >= LEAST_RATE
            and min(shares) >= LEAST_SHARE
        )

    def made(self) -> dict[str, Any]:
        """What does not depend on the scheduler: how many cases of each sort there are, and what they have.

        Verdicts depend on it: between equal nodes it chooses at random where the pods run that a case finds.
        """
        return {
            "sorts": {sort.value: self.cases[sort] for sort in Sort},
            "features": dict(sorted(self.features.items())),
        }

    def data(self) -> dict[str, Any]:
        """The tally as JSON."""
        return {
            "cases": self.verdicts.total(),
            "verdicts": dict(sorted(self.verdicts.items())),
            **self.made(),
            "agreed": {sort.value: self.agreed[sort] for sort in Sort},
            "preempted": self.preempted,
            "waits, seen only to wait": self.open,
            "disagreements": {str(index): text for index, text in sorted(self.disagreements.items())},
        }

    def text(self) -> str:
        """The tally for people."""
        total = self.verdicts.total()
        lines = [f"{total} cases: " + ", ".join(f"{n} {name}" for name, n in sorted(self.verdicts.items()))]
        lines += [f"  {sort.value}: {self.agreed[sort]} of {self.cases[sort]} agree" for sort in Sort]
        lines.append(f"  single pods {self.rate(single=True):.1%}, the others {self.rate(single=False):.1%}")
        lines.append("  features: " + ", ".join(f"{name} {n}" for name, n in self.features.most_common()))
        return "\n".join(lines)
