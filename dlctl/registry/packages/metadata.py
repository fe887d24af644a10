"""Read registry.yaml and package.yaml from their bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlctl.app.names import check_name
from dlctl.app.package_keys import VERSION
from dlctl.app.reader import Reader
from dlctl.errors import Location, RegistryError
from dlctl.registry.prototypes.document_head import registry_errors
from dlctl.registry.prototypes.package import PACKAGE_KEYS
from dlctl.yamlio.load import load_text, text_of

REGISTRY_FILE = "registry.yaml"


@dataclass(frozen=True, slots=True)
class PackageMetadata:
    """The content of a package.yaml; `dependencies` has ranges of versions by [REGISTRY/]PACKAGE."""

    name: str
    version: str
    summary: str
    dependencies: Mapping[str, str]
    min_dlctl: str
    location: Location


def read_package(data: bytes, shown: str, name: str) -> PackageMetadata:
    """Read a package.yaml of a registry; `name` is that of its folder. Raises RegistryError or YamlError."""
    with registry_errors():
        reader = Reader(load_text(text_of(data, shown), shown))
        reader.only(*PACKAGE_KEYS)
        reader.header("Package", optional=True)
        _check_name(reader, name)
        return PackageMetadata(
            name=name,
            version=_version(reader, name),
            summary=reader.text("summary"),
            dependencies=_dependencies(reader),
            min_dlctl=reader.text("minDlctl"),
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
        if not isinstance(wanted, str):
            raise RegistryError(
                f"dependency '{name}' needs a range of versions, such as '>=1.2 <2'",
                location=block.location(name),
            )
    return dict(block.values)
