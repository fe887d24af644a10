"""Installed packages: the content of their package.yaml in vendor/."""

from pathlib import Path

from dlctl.app.package_model import Pin
from dlctl.errors import RegistryError
from dlctl.files.presence import read_file
from dlctl.registry.packages.metadata import PackageMetadata, read_package
from dlctl.registry.packages.solve import Candidate
from dlctl.registry.packages.verify import check_present
from dlctl.registry.prototypes.source import PACKAGE_FILE


def installed_metadata(root: Path, pin: Pin) -> PackageMetadata:
    """The package.yaml of an installed package. Raises RegistryError if it is missing or not valid."""
    check_present(root, pin)
    shown = f"{pin.folder}/{PACKAGE_FILE}"
    metadata = read_package(read_file(root / shown, shown), shown, pin.package)
    if metadata.version != pin.version:
        raise RegistryError(
            f"package {pin.shown} has version {metadata.version} in vendor/",
            location=metadata.location,
            hint="to get it again, run: dlctl pkg restore",
        )
    return metadata


def candidate_of(root: Path, pin: Pin) -> Candidate:
    """An installed package as a candidate. Raises RegistryError."""
    metadata = installed_metadata(root, pin)
    return Candidate(pin.name, pin.version, metadata.dependencies_of(pin.registry), metadata.min_dlctl)
