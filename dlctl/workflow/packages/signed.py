"""Whether packages have the signatures that the app asks for."""

from datetime import UTC, datetime

from dlctl.app.model import App
from dlctl.app.package_model import Pin, RegistryEntry
from dlctl.errors import Location, RegistryError
from dlctl.files.presence import file_exists, read_file
from dlctl.registry.packages.vendor import signature_file
from dlctl.registry.signatures.bundle import check_bundle, is_bundle
from dlctl.registry.signatures.ssh import check_ssh
from dlctl.registry.signatures.statement import statement_of


def check_signature(entry: RegistryEntry, pin: Pin, signature: bytes, shown: str = "") -> str:
    """Who signed a package of a registry; empty if nobody did, or if the registry trusts no key.

    Raises RegistryError if it is not signed and must be, or has a signature that does not count: where keys
    are trusted a wrong signature is never taken for none. `shown` is the file with the signature.
    """
    location = Location(shown) if shown else pin.location or entry.location
    if not entry.trusted:
        return ""
    if not signature:
        if entry.require_signed:
            raise _unsigned(entry, pin, location)
        return ""
    try:
        today = datetime.now(UTC).date()
        if is_bundle(signature):
            return check_bundle(signature, (pin.package, pin.version, pin.digest), entry.trusted, today)
        return check_ssh(signature, statement_of(pin), entry.trusted, today)
    except RegistryError as error:
        message = f"package {pin.shown} is refused: {error.message}"
        raise RegistryError(message, location=location, hint=error.hint) from error


def check_installed(app: App, pin: Pin) -> str:
    """`check_signature` of a package in vendor/. Raises RegistryError."""
    entry = app.registries.get(pin.registry)
    if entry is None:
        return ""
    file = signature_file(app.root, pin)
    shown = file.relative_to(app.root).as_posix()
    there = file_exists(file, shown)
    if not there and entry.require_signed:
        raise _unsigned(entry, pin, pin.location, "if the registry has its signature, run: dlctl pkg restore")
    return check_signature(entry, pin, read_file(file, shown) if there else b"", shown)


def _unsigned(
    entry: RegistryEntry, pin: Pin, location: Location | None, then: str = "ask its owner to sign it"
) -> RegistryError:
    return RegistryError(
        f"package {pin.shown} is not signed",
        location=location,
        hint=f"registry '{entry.name}' has require_signed in dlctl.yaml; {then}",
    )
