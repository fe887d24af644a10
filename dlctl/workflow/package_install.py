"""Install packages: find them in their registry, read their content, pin them."""

from dataclasses import dataclass, replace

from dlctl.app.model import App
from dlctl.app.package_keys import COMMIT, DIGEST, VERSION
from dlctl.app.package_model import Pin
from dlctl.errors import RegistryError, UsageError
from dlctl.registry.packages.offer import Offer, Offered, content
from dlctl.registry.packages.vendor import Vendored
from dlctl.suggest import did_you_mean
from dlctl.text import listed
from dlctl.workflow.registries import OpenSource, find_registry, offer_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """A package as named on the command line: REGISTRY/PACKAGE, and at most one of the others."""

    registry: str
    package: str
    version: str = ""
    commit: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """`REGISTRY/PACKAGE`."""
        return f"{self.registry}/{self.package}"


def parse_wanted(text: str) -> Wanted:
    """Parse `REGISTRY/PACKAGE[@VERSION|@COMMIT|@DIGEST]`. Raises UsageError."""
    name, at, state = text.partition("@")
    registry, slash, package = name.partition("/")
    if not slash or not registry or not package or "/" in package or (at and not state):
        raise UsageError(
            f"'{text}' does not name a package", hint="write REGISTRY/PACKAGE, or REGISTRY/PACKAGE@VERSION"
        )
    if DIGEST.fullmatch(state):
        return Wanted(registry, package, digest=state)
    if COMMIT.fullmatch(state):
        return Wanted(registry, package, commit=state)
    version = state.removeprefix("v")
    if state and not VERSION.fullmatch(version):
        raise UsageError(
            f"'{state}' is not a version, a commit or a digest",
            hint="a version is like 1.2.3; a commit has 40 hexadecimal digits; a digest begins with sha256:",
        )
    return Wanted(registry, package, version=version)


def find_package(app: App, wanted: Wanted, open_source: OpenSource) -> tuple[Offer, Offered]:
    """The package in its registry. Raises RegistryError if the registry does not have it."""
    find_registry(app, wanted.registry)
    offer = offer_of(app, wanted.registry, open_source, wanted.commit)
    versions = offer.versions(wanted.package)
    if not versions:
        raise _unknown(offer, wanted)
    if not wanted.version:
        return offer, versions[-1]
    for offered in versions:
        if offered.version == wanted.version:
            return offer, offered
    raise RegistryError(
        f"registry '{wanted.registry}' has no version {wanted.version} of package '{wanted.package}'",
        hint=f"it has {listed(offered.version for offered in versions)}",
    )


def _unknown(offer: Offer, wanted: Wanted) -> RegistryError:
    for error in offer.errors:
        if error.location and f"{wanted.registry}:{wanted.package}" in error.location.path:
            return RegistryError(error.message, location=error.location, hint=error.hint)
    known = tuple(dict.fromkeys(offered.name for offered in offer.packages))
    return RegistryError(
        f"registry '{wanted.registry}' has no package '{wanted.package}'",
        hint=did_you_mean(wanted.package, known, f"it has {listed(known)}"),
    )


def fetch(offer: Offer, offered: Offered, *, shadow: bool = False) -> Vendored:
    """The package's content with its pin. Raises RegistryError if its files are refused."""
    found = content(offer, offered)
    pin = Pin(offer.registry, offered.name, offered.version, found.digest, offer.tree.revision, shadow=shadow)
    return Vendored(pin, found)


def check_digest(wanted: Wanted, vendored: Vendored) -> None:
    """Raise RegistryError if the content does not have the digest that the user named."""
    if wanted.digest and vendored.pin.digest != wanted.digest:
        raise RegistryError(
            f"package {vendored.pin.shown} has the digest {vendored.pin.digest}, not {wanted.digest}",
            hint="the registry has other content under this name; nothing was installed",
        )


def refuse_other_content(app: App, vendored: Vendored) -> None:
    """Raise RegistryError if the same version is installed with another content: a version never changes."""
    before = app.packages.get(vendored.pin.name)
    if before and before.version == vendored.pin.version and before.digest != vendored.pin.digest:
        raise RegistryError(
            f"version {before.version} of package {before.name} has other content now than when installed",
            location=before.location,
            hint="its author changed it without a new version; to accept that, remove and install it again",
        )


def kept_flags(app: App, pin: Pin) -> Pin:
    """The pin with the `shadow` of an installed version."""
    before = app.packages.get(pin.name)
    return replace(pin, shadow=pin.shadow or bool(before and before.shadow))
