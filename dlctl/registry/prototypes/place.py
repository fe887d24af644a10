"""Where a prototype is, and which of several with one name is used."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from dlctl.errors import Location, RegistryError
from dlctl.registry.prototypes.model import ListedPrototype, Prototype
from dlctl.registry.prototypes.source import Source
from dlctl.text import enumerated


class Place(Struct, frozen=True):
    """A prototype that was found and not loaded."""

    source: Source
    folder: Path

    @property
    def reference(self) -> str:
        """REGISTRY/PACKAGE/PROTOTYPE; PACKAGE/PROTOTYPE if it is the app's own."""
        registry = (self.source.registry,) if self.source.registry else ()
        return "/".join((*registry, self.source.package_of(self.folder), self.folder.name))

    @property
    def rank(self) -> int:
        """The precedence of prototypes with the same name; the lowest wins."""
        return rank_of(self.source)

    def answers_to(self, parts: Sequence[str]) -> bool:
        """Whether a name with these parts can mean it: they are the last of its reference."""
        own = self.reference.split("/")
        return len(parts) <= len(own) and own[len(own) - len(parts) :] == list(parts)


def rank_of(source: Source) -> int:
    """The precedence of a source; the lowest wins: the app's own, shadowing packages, built-in, others."""
    if not source.registry:
        return 0
    if source.shadow:
        return 1
    return 2 if source.builtin else 3


def place_of(prototype: Prototype | ListedPrototype) -> Place:
    """Where a prototype is."""
    return Place(prototype.source, prototype.folder)


def chosen_of(places: Sequence[Place]) -> Place | None:
    """The place with the highest precedence; None if several have it. `places` are sorted by rank.

    The same package from two registries counts once.
    """
    first = places[0]
    same = [place for place in places if place.rank == first.rank]
    once = len({place.source.digest or place.source.folder for place in same}) == 1
    return first if once else None


def ambiguous(name: str, places: Sequence[Place], asked_by: Location | None) -> RegistryError:
    """The error for a name that several packages have, with their references."""
    same = [place.reference for place in places if place.rank == places[0].rank]
    return RegistryError(
        f"several packages have a prototype '{name}'",
        location=asked_by,
        hint=f"write one of {enumerated(same)}",
    )
