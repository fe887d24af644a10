"""Read package.yaml."""

from pathlib import Path

from dlctl.files.presence import file_exists
from dlctl.registry.prototypes.document_head import check_head, file_reader, registry_errors
from dlctl.registry.prototypes.model import Package
from dlctl.registry.prototypes.source import PACKAGE_FILE, Source


def load_package(source: Source, folder: Path) -> Package:
    """Read a package's package.yaml, which is optional. Raises RegistryError or YamlError."""
    path = folder / PACKAGE_FILE
    with registry_errors():
        if not file_exists(path, source.show(path)):
            return Package(folder.name)
        reader = file_reader(source, path)
        reader.only("apiVersion", "kind", "name", "summary")
        check_head(reader, folder, "Package")
        return Package(folder.name, reader.text("summary"))
