"""The packages in an app's vendor/: where their files are.

Beside the folder of a package, `PACKAGE@VERSION.sum` has its file list, whose SHA-256 is the digest in
dlctl.yaml: with it an error can name the file that differs. `PACKAGE@VERSION.sig` has its signature, if the
registry has one.
"""

from pathlib import Path

from dlctl.app.package_model import Pin
from dlctl.errors import Location, RegistryError

SUM_SUFFIX = ".sum"
SIGNATURE_SUFFIX = ".sig"


def sum_file(root: Path, pin: Pin) -> Path:
    """The file list of a vendored package."""
    return root / f"{pin.folder}{SUM_SUFFIX}"


def signature_file(root: Path, pin: Pin) -> Path:
    """The signature of a vendored package."""
    return root / f"{pin.folder}{SIGNATURE_SUFFIX}"


def check_parents(root: Path, pin: Pin) -> None:
    """Raise RegistryError if a folder on the way to the package is a symbolic link: it may lead anywhere."""
    place = root
    for part in Path(pin.folder).parts:
        place /= part
        if place.is_symlink():
            raise RegistryError(
                "is a symbolic link: packages are only kept in real folders",
                location=Location(place.relative_to(root).as_posix()),
                hint="remove the link, then run: dlctl pkg restore",
            )
