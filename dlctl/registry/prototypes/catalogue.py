"""The catalogue of prototypes that an app can use; each is loaded when needed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dlctl.app.model import Environment
from dlctl.errors import Location, RegistryError
from dlctl.events import Emit, Note, no_events
from dlctl.manifest import GroupKind, JsonObject
from dlctl.registry.prototypes.model import ListedPrototype, Package, PackageKinds, Prototype
from dlctl.registry.prototypes.place import Place, ambiguous, chosen_of, place_of, rank_of
from dlctl.registry.prototypes.source import Source, sources_of
from dlctl.registry.prototypes.source_files import SourceFiles
from dlctl.text import listed, shown_name

if TYPE_CHECKING:  # nothing is parsed for prototypes that are stored
    from dlctl.app.reader import Reader
    from dlctl.files.signed_files import SignedFolder
    from dlctl.registry.prototypes.readiness import ReadinessFiles
    from dlctl.registry.prototypes.store import PrototypeStore
    from dlctl.registry.prototypes.stored_list import StoredList
    from dlctl.status.readiness import Readiness

SourcesIn = Callable[[Environment], Sequence[Source]]
"""Returns the sources for an environment that has packages in other versions."""
_FEW = 5
"""Up to this many replaced prototypes are named one by one."""


class _Loaded(Struct):
    """What was read so far; shared by the catalogues of an app's environments."""

    prototypes: dict[tuple[Path, ...], Prototype] = field(default_factory=dict)
    packages: dict[Path, Package] = field(default_factory=dict)
    group_files: "dict[Path, Reader]" = field(default_factory=dict)
    files: SourceFiles = field(default_factory=SourceFiles)
    checked: set[Path] = field(default_factory=set)
    definitions: dict[Path, tuple[JsonObject, ...]] = field(default_factory=dict)


class Catalogue:
    """Prototypes by name: the app's own first, then those of packages that shadow the built-in ones, then the
    built-in ones, then those of other packages.

    `bytecode_folder` caches their compiled templates between processes. `emit` gets a note for each built-in
    prototype that is replaced. `sources_in` is for environments with other versions of packages. With a
    `store`, prototypes whose files did not change since an earlier command are not parsed and checked again.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        bytecode_folder: "SignedFolder | None" = None,
        emit: Emit = no_events,
        sources_in: SourcesIn | None = None,
        store: "PrototypeStore | None" = None,
    ) -> None:
        self.bytecode_folder = bytecode_folder
        self._store = store
        self._sources_in = sources_in
        self._places: dict[str, list[Place]] = {}
        self._loaded = _Loaded()
        self._sources = tuple(sources)
        self._used: dict[Path, Prototype] = {}
        self._found: dict[str, Place] = {}
        self._readiness: ReadinessFiles | None = None
        self._shortest: dict[Path, str] = {}
        for source in sources:
            for name, folder in source.prototypes().items():
                self._places.setdefault(name, []).append(Place(source, folder))
        replaced: dict[str, str] = {}
        for name, places in self._places.items():
            places.sort(key=lambda place: place.rank)
            if places[0].rank < 2 and any(place.source.builtin for place in places):
                replaced[name] = places[0].source.show(places[0].folder)
        for text in _notes_on(replaced):
            emit(Note(text))

    def within(self, environment: Environment) -> "Catalogue":
        """The catalogue for an environment: with its versions of packages. Raises RegistryError."""
        if not environment.packages or self._sources_in is None:
            return self
        other = Catalogue(self._sources_in(environment), self.bytecode_folder, store=self._store)
        other._loaded = self._loaded
        return other

    @property
    def names(self) -> tuple[str, ...]:
        """The shortest name of each prototype, sorted; a built-in one that is replaced has none."""
        return tuple(sorted(name for name, _ in self._references()))

    def _references(self) -> Iterable[tuple[str, Place]]:
        for name, places in self._places.items():
            for place in places:
                if chosen_of(places) is place:
                    yield name, place
                elif not place.source.builtin:
                    yield place.reference, place

    def find(self, name: str, asked_by: Location | None = None) -> Prototype:
        """The prototype of this name, or of `PACKAGE/NAME` or `REGISTRY/PACKAGE/NAME`.

        Raises RegistryError as `place` does, or if the prototype is not valid.
        """
        return self.load(self.place(name, asked_by))

    def place(self, name: str, asked_by: Location | None = None) -> Place:
        """Where the prototype of this name is; the files of its package and of those it needs are checked.

        Raises RegistryError if there is none (the hint suggests the nearest name), if there are several with
        the same precedence, or if files of an installed package were changed.
        """
        if name in self._found:  # many components have the same prototype
            return self._found[name]
        parts = name.split("/")
        places = [place for place in self._places.get(parts[-1], ()) if place.answers_to(parts)]
        # A prototype that was deleted from a package must not let another one answer to its name.
        self._check(source for source in self._sources if source.shadow or not places)
        if not places:
            raise RegistryError(
                f"prototype {shown_name(name)} not found",
                location=asked_by,
                hint=self._nearest(name),
            )
        chosen = chosen_of(places)
        if chosen is None:
            raise ambiguous(name, places, asked_by)
        self._check((chosen.source, *chosen.source.needs()))
        self._found[name] = chosen
        return chosen

    def _nearest(self, name: str) -> str | None:
        """A hint for a name that no prototype has: those of a package that it names, or a near one."""
        from dlctl.suggest import did_you_mean

        references = [place.reference for places in self._places.values() for place in places]
        inside = sorted(each for each in references if "/" in name and f"/{name}/" in f"/{each}")
        if inside:
            return f"it is a package; its prototypes: {', '.join(inside)}"
        last = name.rpartition("/")[2]
        return did_you_mean(last, self.names, "'dlctl prototype list' lists all prototypes")

    def reference(self, prototype: Prototype | ListedPrototype) -> str:
        """The name that a component stores: the shortest that is unambiguous."""
        if not self._shortest:
            for name, place in self._references():
                self._shortest.setdefault(place.folder, name)
        return self._shortest.get(prototype.folder) or place_of(prototype).reference

    def load(self, place: Place) -> Prototype:
        """The prototype at a place. Raises RegistryError if it is not valid."""
        source, folder = place.source, place.folder
        if folder in self._used:
            return self._used[folder]
        self._check((source, *source.needs()))
        key = (folder, *(other.folder for other in source.needs()))
        if key not in self._loaded.prototypes:
            self._loaded.prototypes[key] = self._stored(place) if self._store else self._read(place)
        self._used[folder] = self._loaded.prototypes[key]
        return self._used[folder]

    def _stored(self, place: Place) -> Prototype:
        """A prototype from the store; else it is read, and stored unless a file changed meanwhile."""
        source, folder = place.source, place.folder
        digest = self.files.digest(source, folder)
        if self._store is None or digest is None:
            return self._read(place)
        if found := self._store.read(source, folder, digest):
            return found
        prototype = self._read(place)
        if SourceFiles().digest(source, folder) == digest:
            self._store.write(prototype, digest)
        return prototype

    def _read(self, place: Place) -> Prototype:
        from dlctl.registry.prototypes.load import load_prototype

        self._package(place)  # report errors of its package.yaml first
        return load_prototype(place.source, place.folder, self._loaded.group_files)

    @property
    def files(self) -> SourceFiles:
        """The digests of the prototypes' files, as they were when they were first asked for."""
        return self._loaded.files

    def _check(self, sources: Iterable[Source]) -> None:
        for source in sources:
            if source.folder not in self._loaded.checked:
                source.check()
                self._loaded.checked.add(source.folder)

    def package_of(self, prototype: Prototype) -> Package:
        """The package of a prototype. Raises RegistryError if its package.yaml is invalid."""
        return self._package(place_of(prototype))

    def definitions(self, place: Place) -> tuple[JsonObject, ...]:
        """The CRDs of a prototype's package and of those that it depends on. Raises RegistryError."""
        from dlctl.registry.prototypes.definitions import package_definitions

        source, known = place.source, self._loaded.definitions
        places = [(source, place.folder.parent)]
        places += ((other, other.folder) for other in source.needs())
        for owner, folder in places:
            if folder not in known:
                known[folder] = package_definitions(owner, folder)
        return tuple(body for _, folder in places for body in known[folder])

    def kinds(self, place: Place) -> PackageKinds:
        """What a prototype's package, and those that it depends on, state of kinds: its own first.

        Raises RegistryError.
        """
        needed = reversed(place.source.needs())
        packages = [*(self._package_in(other, other.folder) for other in needed), self._package(place)]
        return {kind: fact for package in packages for kind, fact in package.kinds.items()}

    def readiness(self, group_kind: GroupKind) -> "Readiness | None":
        """How to judge the objects of a custom kind; None if no package has data for it.

        Raises RegistryError for data that is not valid.
        """
        return self._readiness_files().find(group_kind)

    def every_readiness(self) -> "tuple[Readiness, ...]":
        """The data of every custom kind. Raises RegistryError for data that is not valid."""
        return self._readiness_files().every()

    def _readiness_files(self) -> "ReadinessFiles":
        if self._readiness is None:
            from dlctl.registry.prototypes.readiness import ReadinessFiles

            ranked = sorted(self._sources, key=rank_of)
            self._readiness = ReadinessFiles(ranked, lambda source: self._check((source,)))
        return self._readiness

    def _package(self, place: Place) -> Package:
        return self._package_in(place.source, place.folder.parent)

    def _package_in(self, source: Source, folder: Path) -> Package:
        if folder not in self._loaded.packages:
            from dlctl.registry.prototypes.package import load_package

            self._loaded.packages[folder] = load_package(source, folder)
        return self._loaded.packages[folder]

    def listed(self) -> tuple[ListedPrototype, ...]:
        """What a list shows of every prototype, ordered as `all`. Raises RegistryError as `load` does."""
        stored = self._store.read_list() if self._store is not None else None
        found = [self._listed(place, stored) for _, place in self._references()]
        if stored is not None:
            stored.save()
        return tuple(sorted(found, key=lambda each: (each.package, each.name, each.source.registry)))

    def _listed(self, place: Place, stored: "StoredList | None") -> ListedPrototype:
        source, folder = place.source, place.folder
        self._check((source, *source.needs()))
        digest = self.files.digest(source, folder) if stored is not None else None
        known = stored.find(source, folder, digest) if stored is not None and digest else None
        if known is not None:
            return known
        whole = self.load(place)
        if stored is not None and digest:
            stored.add(whole, digest)
        return ListedPrototype(whole.name, whole.package, whole.summary, folder, source)

    def all(self) -> tuple[Prototype, ...]:
        """Every prototype, sorted by package and name; not the built-in ones that are replaced."""
        loaded = (self.load(place) for _, place in self._references())
        return tuple(sorted(loaded, key=lambda each: (each.package, each.name, each.source.registry)))


def _notes_on(replaced: Mapping[str, str]) -> list[str]:
    """A note for each built-in prototype that is replaced, by what; one note where they are many."""
    if len(replaced) <= _FEW:
        return [
            f"{each} is used instead of the built-in prototype '{name}'" for name, each in replaced.items()
        ]
    others = listed(list(replaced.values()), limit=_FEW)
    return [f"{len(replaced)} prototypes are used instead of the built-in ones of the same name: {others}"]


def catalogue_of(
    prototypes_folder: Path,
    bytecode_folder: "SignedFolder | None" = None,
    emit: Emit = no_events,
    store: "PrototypeStore | None" = None,
) -> Catalogue:
    """The catalogue of an app without packages; the folder of its own prototypes may not exist."""
    return Catalogue(sources_of(prototypes_folder), bytecode_folder, emit, store=store)
