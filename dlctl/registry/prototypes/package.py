"""Read package.yaml."""

from pathlib import Path

from dlctl.app.prototype_keys import PACKAGE
from dlctl.files.presence import file_exists
from dlctl.registry.prototypes.document_head import check_head, file_reader, registry_errors
from dlctl.registry.prototypes.model import Package
from dlctl.registry.prototypes.package_kinds import read_kinds
from dlctl.registry.prototypes.source import PACKAGE_FILE, Source

PACKAGE_KEYS = tuple(PACKAGE)
"""The keys of package.yaml; those after `kinds` are for packages that are installed from a registry."""


def load_package(source: Source, folder: Path) -> Package:
    """Read a package's package.yaml, which is optional. Raises RegistryError or YamlError."""
    path = folder / PACKAGE_FILE
    name = source.package or folder.name
    with registry_errors():
        if not file_exists(path, source.show(path)):
            return Package(name)
        reader = file_reader(source, path)
        reader.only(*PACKAGE_KEYS)
        check_head(reader, name, "Package")
        return Package(name, reader.text("summary"), read_kinds(reader))
