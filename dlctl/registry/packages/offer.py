"""What a registry offers: its packages with their versions, and the content of each."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.names import check_name
from dlctl.errors import AppError, DlctlError, Location, RegistryError
from dlctl.registry.packages.content import (
    MAX_FILE,
    MAX_TOTAL,
    Content,
    ContentFile,
    checked,
    content_of,
)
from dlctl.registry.packages.metadata import REGISTRY_FILE, PackageMetadata, read_package, read_registry
from dlctl.registry.packages.tree import Entry, Tree
from dlctl.registry.packages.vendor import SIGNATURE_SUFFIX
from dlctl.registry.packages.versions import parse_version
from dlctl.registry.prototypes.source import PACKAGE_FILE, SHARED

MAX_SIGNATURE = 200_000
"""The most bytes of a file of signatures."""
_MAX_METADATA = 16_000_000
"""The most bytes of all package.yaml files of a registry."""


class Offered(Struct, frozen=True):
    """A package in one version that a registry offers; `folder` is where the registry has it."""

    metadata: PackageMetadata
    folder: str

    @property
    def name(self) -> str:
        """The package's name."""
        return self.metadata.name

    @property
    def version(self) -> str:
        """The version."""
        return self.metadata.version


class Offer(Struct, frozen=True):
    """The content of a registry: its summary, its packages, and the errors of those that are not valid."""

    registry: str
    tree: Tree
    summary: str
    packages: tuple[Offered, ...]
    errors: tuple[DlctlError, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the packages, in order."""
        return tuple(dict.fromkeys(offered.name for offered in self.packages))

    def versions(self, package: str) -> tuple[Offered, ...]:
        """The versions of a package, the newest last; empty if the registry does not have it."""
        found = (offered for offered in self.packages if offered.name == package)
        return tuple(sorted(found, key=lambda offered: parse_version(offered.version)))


def read_offer(registry: str, tree: Tree) -> Offer:
    """Read what a registry offers. Raises RegistryError if it is not a registry."""
    folders = [name for name in tree.folders() if not name.startswith((".", "_"))]
    files = tree.read([REGISTRY_FILE, *(f"{name}/{PACKAGE_FILE}" for name in folders)], _MAX_METADATA)
    if REGISTRY_FILE not in files:
        raise RegistryError(
            f"no {REGISTRY_FILE} in registry '{registry}'",
            location=Location(tree.shown),
            hint="a registry is a folder with a registry.yaml and a folder for each package",
        )
    summary = read_registry(files[REGISTRY_FILE], f"{registry}:{REGISTRY_FILE}")
    packages: list[Offered] = []
    errors: list[DlctlError] = []
    for folder in folders:
        path = f"{folder}/{PACKAGE_FILE}"
        if path in files:
            try:
                packages.append(_offered(folder, files[path], f"{registry}:{path}"))
            except DlctlError as error:
                errors.append(error)
    return Offer(registry, tree, summary, tuple(packages), tuple(errors))


def _offered(folder: str, data: bytes, shown: str) -> Offered:
    """The package in a folder `NAME` or `NAME@VERSION`."""
    name, at, version = folder.partition("@")
    try:
        check_name("a package", name, Location(shown))
    except AppError as error:
        raise RegistryError(error.message, location=error.location, hint=error.hint) from error
    metadata = read_package(data, shown, name)
    if at and metadata.version != version:
        raise RegistryError(
            f"version {metadata.version} does not match the folder '{folder}'", location=Location(shown)
        )
    return Offered(metadata, folder)


def package_in(tree: Tree, folder: str) -> tuple[Offered, Content]:
    """One package of a folder of packages, as it would be installed, without asking what else there is.

    Raises RegistryError or YamlError.
    """
    path = f"{folder}/{PACKAGE_FILE}"
    files = tree.read([path], MAX_FILE)
    if path not in files:
        raise RegistryError(
            f"no {PACKAGE_FILE} in {tree.shown}/{folder}",
            hint="name the folder of a package; 'dlctl pkg new' creates one",
        )
    package = _offered(folder, files[path], f"{tree.shown}/{path}")
    return package, content(Offer(tree.shown, tree, "", (package,), ()), package)


def content(offer: Offer, package: Offered) -> Content:
    """The package's files, with the registry's shared groups and fragments. Raises RegistryError."""
    shown = f"{offer.registry}:{package.folder}"
    own = inside(offer.tree.entries(package.folder), package.folder)
    if any(entry.path.split("/", 1)[0] == SHARED for entry in own):
        raise RegistryError(
            f"package has a folder '{SHARED}', whose name is reserved", location=Location(shown)
        )
    common = offer.tree.shared(package.folder)
    shared = inside(offer.tree.entries(common), common, f"{SHARED}/")
    entries = checked([*own, *shared], shown)
    paths = {_in_registry(entry.path, package.folder, common): entry for entry in entries}
    data = offer.tree.read(tuple(paths), MAX_TOTAL)
    return content_of(_file(entry, data.get(path), shown) for path, entry in paths.items())


def signature(offer: Offer, package: Offered) -> bytes:
    """The file of signatures beside the package's folder; empty if there is none. Raises RegistryError."""
    path = f"{package.folder}{SIGNATURE_SUFFIX}"
    return offer.tree.read([path], MAX_SIGNATURE).get(path, b"")


def inside(entries: Iterable[Entry], folder: str, prefix: str = "") -> list[Entry]:
    """The entries with their paths relative to the folder, below `prefix`."""
    return [replace(entry, path=prefix + entry.path.removeprefix(f"{folder}/")) for entry in entries]


def _in_registry(path: str, folder: str, common: str) -> str:
    head, _, rest = path.partition("/")
    return f"{common}/{rest}" if head == SHARED and rest else f"{folder}/{path}"


def _file(entry: Entry, data: bytes | None, shown: str) -> ContentFile:
    if data is None:
        raise RegistryError(f"'{entry.path}' cannot be read", location=Location(shown), hint="try again")
    if len(data) > MAX_FILE:
        raise RegistryError(f"'{entry.path}' has more than {MAX_FILE:,} bytes", location=Location(shown))
    return ContentFile(entry.path, data, entry.executable)
