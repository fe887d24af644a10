"""What the pods of one object ask of a queue."""

from collections.abc import Sequence

from dlctl.nodes.fit.model import Pod
from dlctl.nodes.inventory.amounts import THOUSANDTHS, Amounts, add

Wanted = Sequence[tuple[Pod, int]]
"""Pods of each template, and how many."""


def total(wanted: Wanted) -> Amounts:
    """All requests together, and the number of pods."""
    found: Amounts = {}
    for pod, count in wanted:
        add(found, {name: value * count for name, value in pod.requests.items()})
        add(found, {"pods": THOUSANDTHS * count})
    return found


def least(wanted: Wanted, minimum: int) -> Amounts:
    """What `minimum` of the pods ask for at least: the smallest ones."""
    chosen = []
    for pod, count in sorted(wanted, key=lambda each: sum(each[0].requests.values())):
        taken = min(count, minimum)
        chosen.append((pod, taken))
        minimum -= taken
    return total(chosen)
