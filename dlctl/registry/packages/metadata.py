"""Read registry.yaml and package.yaml from their bytes."""

import contextlib
from collections.abc import Iterator, Mapping

from msgspec import Struct

from dlctl.app.names import check_name
from dlctl.app.package_keys import VERSION
from dlctl.app.reader import Reader
from dlctl.errors import Location, RegistryError
from dlctl.registry.packages.versions import parse_range, parse_version
from dlctl.registry.prototypes.document_head import registry_errors
from dlctl.registry.prototypes.package import PACKAGE_KEYS
from dlctl.registry.prototypes.package_kinds import read_kinds
from dlctl.yamlio.load import load_text, text_of

REGISTRY_FILE = "registry.yaml"


class PackageMetadata(Struct, frozen=True):
    """The content of a package.yaml; `dependencies` has ranges of versions by [REGISTRY/]PACKAGE."""

    name: str
    version: str
    summary: str
    dependencies: Mapping[str, str]
    min_dlctl: str
    location: Location

    def dependencies_of(self, registry: str) -> dict[str, str]:
        """The dependencies by REGISTRY/PACKAGE; a name without registry is a package of `registry`."""
        return {
            name if "/" in name else f"{registry}/{name}": wanted
            for name, wanted in self.dependencies.items()
        }


def read_package(data: bytes, shown: str, name: str) -> PackageMetadata:
    """Read a package.yaml of a registry; `name` is that of its folder. Raises RegistryError or YamlError."""
    with registry_errors():
        reader = Reader(load_text(text_of(data, shown), shown))
        reader.only(*PACKAGE_KEYS)
        reader.header("Package", optional=True)
        _check_name(reader, name)
        read_kinds(reader)  # for its errors: the catalogue reads them where they are used
        return PackageMetadata(
            name=name,
            version=_version(reader, name),
            summary=reader.text("summary"),
            dependencies=_dependencies(reader),
            min_dlctl=_min_dlctl(reader),
            location=Location(shown),
        )


def read_registry(data: bytes, shown: str) -> str:
    """The summary in a registry.yaml. Raises RegistryError or YamlError."""
    with registry_errors():
        reader = Reader(load_text(text_of(data, shown), shown))
        reader.only("apiVersion", "kind", "name", "summary")
        reader.header("Registry")
        return reader.text("summary")


def _check_name(reader: Reader, name: str) -> None:
    check_name("a package", name, reader.place("name"))
    stated = reader.text("name", name)
    if stated != name:
        raise RegistryError(
            f"name '{stated}' does not match the folder '{name}'",
            location=reader.place("name"),
            hint="use the folder's name, or remove 'name'",
        )


def _version(reader: Reader, name: str) -> str:
    version = reader.text("version")
    if not VERSION.fullmatch(version):
        raise RegistryError(
            f"version of package '{name}' must be like 1.2.3, found '{version}'"
            if version
            else f"package '{name}' has no version",
            location=reader.place("version"),
            hint="add 'version: 0.1.0'",
        )
    return version


def _dependencies(reader: Reader) -> dict[str, str]:
    block = reader.block("dependencies")
    for name, wanted in block.values.items():
        _check_dependency(name, block.location(name))
        if not isinstance(wanted, str):
            raise RegistryError(
                f"dependency '{name}' needs a range of versions, such as '>=1.2 <2'",
                location=block.location(name),
            )
        with located(block.location(name)):
            parse_range(wanted)
    return dict(block.values)


def _check_dependency(name: str, location: Location | None) -> None:
    for part in name.split("/", 1):
        check_name("a package", part, location)


def _min_dlctl(reader: Reader) -> str:
    text = reader.text("minDlctl")
    if text:
        with located(reader.place("minDlctl")):
            parse_version(text)
    return text


@contextlib.contextmanager
def located(location: Location | None) -> Iterator[None]:
    """Give errors this location."""
    try:
        yield
    except RegistryError as error:
        raise RegistryError(error.message, location=location, hint=error.hint) from error
