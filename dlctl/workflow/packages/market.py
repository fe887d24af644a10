"""What the registries of an app offer, each read once in a command."""

from collections.abc import Mapping

from msgspec.structs import replace

from dlctl.app.model import App
from dlctl.app.package_model import Pin
from dlctl.errors import RegistryError
from dlctl.registry.packages.offer import Offer, Offered, content, signature
from dlctl.registry.packages.solve import Candidate
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.suggest import did_you_mean
from dlctl.text import listed
from dlctl.workflow.packages.registries import OpenSource, find_registry, offer_of
from dlctl.workflow.packages.signed import check_signature
from dlctl.workflow.packages.wanted import Wanted


class Market:
    """What the registries of an app offer, each read once; `commits` has revisions by registry."""

    def __init__(self, app: App, open_source: OpenSource, commits: Mapping[str, str] | None = None) -> None:
        self.app = app
        self._open_source = open_source
        self._commits = commits or {}
        self._offers: dict[str, Offer] = {}

    def offer(self, registry: str) -> Offer:
        """What a registry offers. Raises RegistryError."""
        if registry not in self._offers:
            revision = self._commits.get(registry, "")
            self._offers[registry] = offer_of(self.app, registry, self._open_source, revision)
        return self._offers[registry]

    def offers(self, wanted: Wanted) -> bool:
        """Whether the registry has this version of the package. Raises RegistryError."""
        offered = self.offer(wanted.registry).versions(wanted.package)
        return any(each.version == wanted.version for each in offered)

    def tagged(self, wanted: Wanted) -> str:
        """The commit of a version's tag; empty if there is none. Raises RegistryError."""
        entry = find_registry(self.app, wanted.registry)
        return self._open_source(entry).tagged(wanted.package, wanted.version)

    def versions(self, name: str) -> tuple[Offered, ...]:
        """The versions of a package. Raises RegistryError if its registry does not have it."""
        registry, _, package = name.partition("/")
        find_registry(self.app, registry)
        offer = self.offer(registry)
        return offer.versions(package) or _unknown(offer, package)

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """The versions of a package with their dependencies."""
        registry = name.partition("/")[0]
        return tuple(offered_candidate(registry, offered) for offered in self.versions(name))

    def has(self, name: str, version: str) -> bool:
        """Whether the registry offers this version of a package that it has."""
        return any(offered.version == version for offered in self.versions(name))

    def candidate(self, name: str, version: str) -> Candidate:
        """One version of a package with its dependencies; the registry is known to have it."""
        return next(each for each in self.candidates(name) if each.version == version)

    def fetch(self, name: str, version: str) -> Vendored:
        """The content of a package, with its pin and signature; nobody has looked at the signature yet.

        Raises RegistryError if its files are refused.
        """
        registry = name.partition("/")[0]
        offered = next(each for each in self.versions(name) if each.version == version)
        offer = self.offer(registry)
        found = content(offer, offered)
        manifest = offer.tree.artifact(offered.folder)
        pin = Pin(registry, offered.name, version, found.digest, offer.tree.revision, manifest=manifest)
        return Vendored(pin, found, signature(offer, offered))

    def fetch_trusted(self, name: str, version: str) -> Vendored:
        """Like `fetch`, for a package that is to be used.

        Raises RegistryError also if it is not signed as the app asks for.
        """
        found = self.fetch(name, version)
        entry = find_registry(self.app, found.pin.registry)
        return replace(found, signer=check_signature(entry, found.pin, found.signature))


def offered_candidate(registry: str, offered: Offered) -> Candidate:
    """An offered version as a candidate; a dependency without registry is in the same one."""
    metadata = offered.metadata
    return Candidate(
        f"{registry}/{offered.name}", offered.version, metadata.dependencies_of(registry), metadata.min_dlctl
    )


def _unknown(offer: Offer, package: str) -> tuple[Offered, ...]:
    for error in offer.errors:
        if error.location and error.location.path.startswith(f"{offer.registry}:{package}/"):
            raise error
    known = tuple(dict.fromkeys(offered.name for offered in offer.packages))
    raise RegistryError(
        f"registry '{offer.registry}' has no package '{package}'",
        hint=did_you_mean(package, known, f"it has {listed(known)}"),
    )
