"""Install packages: find them and what they depend on in their registries, read their content, pin them."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from dlctl import __version__
from dlctl.app.environments import load_environment
from dlctl.app.model import App
from dlctl.app.package_model import Pin
from dlctl.errors import RegistryError, UsageError
from dlctl.registry.packages.catalogue import pins_in
from dlctl.registry.packages.installed import candidate_of
from dlctl.registry.packages.solve import Candidate, Need, exact, require_runs_here, solve, unmet
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.registry.packages.versions import parse_version
from dlctl.text import listed
from dlctl.workflow.packages.market import Market
from dlctl.workflow.packages.pins import all_pins, find_pin
from dlctl.workflow.packages.registries import OpenSource, find_registry
from dlctl.workflow.packages.wanted import Wanted


def market_for(app: App, open_source: OpenSource, wanted: Sequence[Wanted]) -> Market:
    """The market in which a named commit replaces that of its registry, and so does that of a version's tag.

    A tag is only looked for if the registry does not have the version at its pinned commit. Raises UsageError
    for two commits of one registry, and RegistryError.
    """
    market = Market(app, open_source)
    commits: dict[str, str] = {}
    for each in wanted:
        commit = each.commit or _tagged(market, each)
        if commit and commits.setdefault(each.registry, commit) != commit:
            raise UsageError(f"two commits of registry '{each.registry}'", hint="install one after the other")
    return Market(app, open_source, commits) if commits else market


def _tagged(market: Market, wanted: Wanted) -> str:
    """The commit of the tag of a version that the pinned commit lacks; empty if there is none."""
    if not wanted.version or market.offers(wanted):
        return ""
    return market.tagged(wanted)


def resolve_install(
    app: App, wanted: Sequence[Wanted], market: Market, free: Callable[[Pin], bool] = lambda pin: False
) -> dict[str, Candidate]:
    """The versions of the wanted packages and of all that is installed; only `free` ones of these may change.

    An installed package gets an older version only if that is named. Raises RegistryError that explains a
    conflict or names a cycle.
    """
    named = {each.name: each for each in wanted}
    kept = {name: pin for name, pin in app.packages.items() if name not in named and not free(pin)}
    needs: list[Need] = [exact(name, pin.version) for name, pin in kept.items()]
    needs += [Need(each.name, each.range) for each in wanted]
    for each in wanted:
        _check_version(each, market)

    def candidates(name: str) -> Sequence[Candidate]:
        if name in kept:
            return (candidate_of(app.root, kept[name]),)
        pin = app.packages.get(name)
        chosen = name in named and named[name].explicit
        return market.candidates(name) if pin is None or chosen else _not_older(app, pin, market)

    return solve(needs, candidates, __version__)


def _not_older(app: App, pin: Pin, market: Market) -> tuple[Candidate, ...]:
    """The installed version, and the newer ones that the registry offers."""
    installed = parse_version(pin.version)
    newer = (each for each in market.candidates(pin.name) if parse_version(each.version) > installed)
    return (candidate_of(app.root, pin), *newer)


def newest_version(wanted: Wanted, market: Market) -> str:
    """The version that was named, or the newest. Raises RegistryError if there is none."""
    _check_version(wanted, market)
    return wanted.version or market.versions(wanted.name)[-1].version


def _check_version(wanted: Wanted, market: Market) -> None:
    versions = [offered.version for offered in market.versions(wanted.name)]
    if wanted.version and wanted.version not in versions:
        is_git = bool(find_registry(market.app, wanted.registry).git)
        then = "; '@COMMIT' installs from another commit of the repository" if is_git else ""
        raise RegistryError(
            f"registry '{wanted.registry}' has no version {wanted.version} of package '{wanted.package}'",
            hint=f"it has {listed(versions)}{then}",
        )


def to_install(
    app: App,
    wanted: Sequence[Wanted],
    market: Market,
    chosen: Mapping[str, Candidate],
    *,
    shadow: bool = False,
    by_name: bool = True,
) -> tuple[Vendored, ...]:
    """The content of each chosen package whose pin is new or changes.

    `by_name`: the wanted packages are no longer mere dependencies. Raises RegistryError if files are refused.
    """
    named = {each.name: each for each in wanted}
    found = []
    for name, candidate in chosen.items():
        before = app.packages.get(name)
        same = before is not None and before.version == candidate.version
        if same and (name not in named or not market.has(name, candidate.version)):
            continue
        vendored = market.fetch_trusted(name, candidate.version)
        if name in named:
            _check_digest(named[name], vendored)
        refuse_other_content(app, vendored)
        pin = replace(
            vendored.pin,
            shadow=(shadow and name in named) or bool(before and before.shadow),
            dependency=not (by_name and name in named) and (before is None or before.dependency),
        )
        if before is None or not _same_but_for_origin(before, pin):
            found.append(replace(vendored, pin=pin))
    return tuple(found)


def _same_but_for_origin(one: Pin, other: Pin) -> bool:
    return replace(one, commit="", manifest="", location=None) == replace(
        other, commit="", manifest="", location=None
    )


def _check_digest(wanted: Wanted, vendored: Vendored) -> None:
    """Raise RegistryError if the content does not have the digest that the user named."""
    if wanted.digest and vendored.pin.digest != wanted.digest:
        raise RegistryError(
            f"package {vendored.pin.shown} has the digest {vendored.pin.digest}, not {wanted.digest}",
            hint="the registry has different content under this name; nothing was installed",
        )


def refuse_other_content(app: App, vendored: Vendored) -> None:
    """Raise RegistryError if the same version is installed with another content: a version never changes."""
    for before in all_pins(app):
        if before.folder == vendored.pin.folder and before.digest != vendored.pin.digest:
            raise RegistryError(
                f"version {before.version} of package {before.name} has different content now than before",
                location=before.location,
                hint="its author changed it without a new version; to accept it, remove and install it again",
            )


def for_environment(
    app: App, environment: str, wanted: Sequence[Wanted], market: Market
) -> tuple[Vendored, ...]:
    """The content of packages for one environment, in other versions than the app's.

    Raises RegistryError if one is not installed in the app, or a dependency in the environment is not met.
    """
    found = []
    for each in wanted:
        find_pin(app, each.name)
        found.append(market.fetch_trusted(each.name, newest_version(each, market)))
        _check_digest(each, found[-1])
        refuse_other_content(app, found[-1])
    pins = pins_in(app, load_environment(app, environment))
    new = {each.pin.name: market.candidate(each.pin.name, each.pin.version) for each in found}
    for candidate in new.values():
        require_runs_here(candidate, __version__)
    problems = unmet({name: new.get(name) or candidate_of(app.root, pin) for name, pin in pins.items()})
    if problems:
        raise RegistryError(f"in environment '{environment}' {'; '.join(problems)}")
    return tuple(found)


def depended_on(app: App, names: Sequence[str]) -> frozenset[str]:
    """The dependencies of these packages that were not installed by name, directly and indirectly."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        pin = app.packages.get(waiting.pop())
        for other in candidate_of(app.root, pin).dependencies if pin else ():
            if other not in found and other in app.packages and app.packages[other].dependency:
                found.add(other)
                waiting.append(other)
    return frozenset(found)
