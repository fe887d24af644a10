"""Choose devices for a pod's claims on one node, as k8s.io/dynamic-resource-allocation/structured does.

It takes the first that is free, in the order of the slices, and goes back where a later request finds none.
"""

from collections.abc import Iterator, Sequence, Set
from itertools import islice
from typing import Any

from msgspec import Struct, field

from dlctl.nodes.fit.devices.model import Choice, Claim, Claimed, Constraint, Device, Offer, Request
from dlctl.nodes.inventory.counters import CounterName, left
from dlctl.nodes.inventory.dra_objects import DeviceId, PoolName

MOST_STEPS = 20_000
"""A search ends after so many devices were tried: then it counts as if none was found."""
NOTHING: frozenset[DeviceId] = frozenset()


def allocate(claimed: Claimed, node: str, taken: Set[DeviceId]) -> frozenset[DeviceId] | None:
    """The devices that the claims get on a node where some are taken; None where they do not get all.

    Claims that pods share must find devices, too, but take none: which pod gets them first is not known.
    """
    search = _Search(claimed.offer, node, set(taken))
    own: set[DeviceId] = set()
    for claim in claimed.claims:
        found = search.claim(claim)
        if found is None:
            return None
        if not claim.shared:
            own |= found
    return frozenset(own)


class _Search(Struct):
    """A search on one node."""

    offer: Offer
    node: str
    taken: set[DeviceId]
    steps: int = 0
    values: dict[int, list[Any]] = field(default_factory=dict)
    counters: dict[PoolName, dict[CounterName, int]] = field(default_factory=dict)

    def claim(self, claim: Claim) -> frozenset[DeviceId] | None:
        """The devices of a claim, which are taken then.

        A request that no choice can satisfy alone ends it at once: else each way for the others is tried.
        """
        if not all(any(map(self._can_be_had, request.choices)) for request in claim.requests):
            return None
        self.values = {index: [] for index in range(len(claim.constraints))}
        # The first way that is found keeps its devices: only a way that is given up gives them back.
        found = next(self._requests(claim, claim.requests), None)
        return None if found is None else frozenset(device.id for device in found)

    def _can_be_had(self, choice: Choice) -> bool:
        """Whether enough of the devices are free, if no other request took any."""
        matching = choice.matching.get(self.node, ())
        free = sum(map(self._free, matching))
        return free >= (choice.count or max(1, len(matching)))

    def _requests(self, claim: Claim, requests: Sequence[Request]) -> Iterator[tuple[Device, ...]]:
        """Devices for requests, one after the other; each way that goes."""
        if not requests:
            yield ()
            return
        first, *rest = requests
        for choice in first.choices:
            rules = [
                (index, rule)
                for index, rule in enumerate(claim.constraints)
                if rule.concerns(first.name) or rule.concerns(f"{first.name}/{choice.name}")
            ]
            for devices in self._choice(choice, rules):
                for others in self._requests(claim, rest):
                    yield (*devices, *others)

    def _choice(
        self, choice: Choice, rules: Sequence[tuple[int, Constraint]]
    ) -> Iterator[tuple[Device, ...]]:
        matching = choice.matching.get(self.node, ())
        if len(matching) >= choice.count if choice.count else self._can_be_had(choice):
            yield from self._pick(matching, choice.count or len(matching), rules)

    def _pick(
        self, devices: Sequence[Device], count: int, rules: Sequence[tuple[int, Constraint]]
    ) -> Iterator[tuple[Device, ...]]:
        """Each way to take so many of the devices, in their order; they are taken while a way is tried."""
        if count == 0:
            yield ()
            return
        for place, device in enumerate(islice(devices, len(devices) - count + 1)):
            self.steps += 1
            if self.steps > MOST_STEPS:
                return
            if not self._free(device) or not all(self._allows(index, rule, device) for index, rule in rules):
                continue
            self._take(device, rules)
            for others in self._pick(devices[place + 1 :], count - 1, rules):
                yield (device, *others)
            self._give_back(device, rules)

    def _free(self, device: Device) -> bool:
        if device.id in self.taken:
            return False
        if not device.consumes:
            return True
        remaining = self._remaining(device)
        return all(remaining.get(name, 0) >= value for name, value in device.consumes.items())

    def _remaining(self, device: Device) -> dict[CounterName, int]:
        """What is left of the counters of a device's pool; kept up to date as devices are taken."""
        pool = device.id[:2]
        if pool not in self.counters:
            known = (self.offer.devices.get(each) for each in self.taken if each[:2] == pool)
            users = (each.consumes for each in known if each is not None)
            self.counters[pool] = left(self.offer.counters.get(pool, {}), users)
        return self.counters[pool]

    def _allows(self, index: int, rule: Constraint, device: Device) -> bool:
        value, seen = device.attribute(rule.attribute), self.values[index]
        if value is None:
            return False
        return value not in seen if rule.distinct else not seen or seen[0] == value

    def _take(self, device: Device, rules: Sequence[tuple[int, Constraint]]) -> None:
        self._count(device, -1)
        self.taken.add(device.id)
        for index, rule in rules:
            self.values[index].append(device.attribute(rule.attribute))

    def _give_back(self, device: Device, rules: Sequence[tuple[int, Constraint]]) -> None:
        self._count(device, 1)
        self.taken.discard(device.id)
        for index, _ in rules:
            self.values[index].pop()

    def _count(self, device: Device, sign: int) -> None:
        remaining = self._remaining(device) if device.consumes else {}
        for name, value in device.consumes.items():
            remaining[name] = remaining.get(name, 0) + sign * value
