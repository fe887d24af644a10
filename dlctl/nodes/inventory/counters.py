"""Counters that devices of a pool share, such as the memory of a GPU and of its partitions (KEP-4815)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.nodes.inventory.amounts import thousandths

CounterName = tuple[str, str]
"""A set of counters, and one of its counters."""


def shared_counters(spec: Mapping[str, Any]) -> Iterator[tuple[CounterName, int]]:
    """What the counters of a slice have."""
    for each in spec.get("sharedCounters") or ():
        yield from _counters(str(each.get("name") or ""), each)


def consumed_counters(device: Mapping[str, Any]) -> Mapping[CounterName, int]:
    """What a device takes of counters where it is allocated."""
    found: dict[CounterName, int] = {}
    for each in device.get("consumesCounters") or ():
        for name, value in _counters(str(each.get("counterSet") or ""), each):
            found[name] = found.get(name, 0) + value
    return found


def left(
    counters: Mapping[CounterName, int], taken: Iterable[Mapping[CounterName, int]]
) -> dict[CounterName, int]:
    """What is left of counters once some devices are allocated."""
    remaining = dict(counters)
    for consumed in taken:
        _take(remaining, consumed)
    return remaining


def count_fitting(counters: Mapping[CounterName, int], devices: Iterable[Mapping[CounterName, int]]) -> int:
    """How many of the devices could be allocated together, one after the other, with what is left."""
    remaining, count = dict(counters), 0
    for consumed in devices:
        if all(remaining.get(name, 0) >= value for name, value in consumed.items()):
            _take(remaining, consumed)
            count += 1
    return count


def _take(remaining: dict[CounterName, int], consumed: Mapping[CounterName, int]) -> None:
    for name, value in consumed.items():
        remaining[name] = remaining.get(name, 0) - value


def _counters(set_: str, each: Mapping[str, Any]) -> Iterator[tuple[CounterName, int]]:
    for name, counter in (each.get("counters") or {}).items():
        yield (set_, name), thousandths(str((counter or {}).get("value") or "0"))
