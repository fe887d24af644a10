"""What packages there are, and what is in one."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from dlctl.app.model import App
from dlctl.app.package_keys import BUILTIN
from dlctl.app.package_model import Pin
from dlctl.errors import DlctlError
from dlctl.registry.packages.installed import installed_metadata
from dlctl.registry.packages.metadata import PackageMetadata
from dlctl.registry.packages.offer import Offered
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import builtin_source
from dlctl.workflow.packages.install import market_for, newest_version
from dlctl.workflow.packages.market import Market
from dlctl.workflow.packages.registries import OpenSource
from dlctl.workflow.packages.wanted import parse_wanted
from dlctl.yamlio.load import load_text, text_of


class Available(Struct, frozen=True):
    """A package that a registry offers: its versions, the newest last, and the installed one."""

    registry: str
    package: str
    versions: tuple[str, ...]
    installed: str
    summary: str

    @property
    def name(self) -> str:
        """`REGISTRY/PACKAGE`."""
        return f"{self.registry}/{self.package}"


class AvailablePackages(Struct, frozen=True):
    """The packages of all registries, and the errors of registries and packages that cannot be read."""

    packages: tuple[Available, ...]
    errors: tuple[DlctlError, ...]


class PackageContent(Struct, frozen=True):
    """One version of a package: its metadata, its pin, and the summaries of its prototypes by name."""

    metadata: PackageMetadata
    pin: Pin
    installed: bool
    prototypes: Mapping[str, str]


def available_packages(app: App, text: str, open_source: OpenSource) -> AvailablePackages:
    """The packages whose name or summary has the text, of the built-in registry and those of the app.

    Nothing is read of vendor/.
    """
    market = Market(app, open_source)
    found = list(_builtin(Catalogue((builtin_source(),))))
    errors: list[DlctlError] = []
    for registry in app.registries:
        try:
            offer = market.offer(registry)
        except DlctlError as error:
            errors += error.single_errors
            continue
        errors += offer.errors
        found += (_available(app, registry, name, offer.versions(name)) for name in offer.names)
    word = text.lower()
    return AvailablePackages(
        tuple(each for each in found if word in f"{each.name} {each.summary}".lower()), tuple(errors)
    )


def _builtin(catalogue: Catalogue) -> Iterator[Available]:
    builtin = [each for each in catalogue.all() if each.builtin]
    for package in dict.fromkeys(each.package for each in builtin):
        first = next(each for each in builtin if each.package == package)
        yield Available(BUILTIN, package, (), "", catalogue.package_of(first).summary or first.summary)


def _available(app: App, registry: str, name: str, versions: tuple[Offered, ...]) -> Available:
    pin = app.packages.get(f"{registry}/{name}")
    return Available(
        registry,
        name,
        tuple(each.version for each in versions),
        pin.version if pin else "",
        versions[-1].metadata.summary,
    )


def installed_package(app: App, catalogue: Catalogue, name: str) -> PackageContent:
    """An installed package. Raises RegistryError."""
    pin = app.packages[name]
    found = (each for each in catalogue.all() if each.source.folder == app.root / pin.folder)
    return PackageContent(
        installed_metadata(app.root, pin), pin, True, {each.name: each.summary for each in found}
    )


def offered_package(app: App, name: str, open_source: OpenSource) -> PackageContent:
    """A package of a registry, as it would be installed. Raises RegistryError or UsageError."""
    wanted = parse_wanted(name)
    market = market_for(app, open_source, [wanted])
    version = newest_version(wanted, market)
    offered = next(each for each in market.versions(wanted.name) if each.version == version)
    vendored = market.fetch(wanted.name, version)
    return PackageContent(offered.metadata, vendored.pin, False, dict(_prototypes(vendored)))


def _prototypes(vendored: Vendored) -> Iterator[tuple[str, str]]:
    for name, file in vendored.content.prototypes.items():
        shown = f"{vendored.pin.shown}/{file.path}"
        value = load_text(text_of(file.data, shown), shown).value
        summary = value.get("summary") if isinstance(value, Mapping) else ""
        yield name, summary if isinstance(summary, str) else ""
