"""Choose versions of packages that depend on each other."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.errors import RegistryError
from dlctl.registry.packages.versions import Range, exactly, parse_range, parse_version
from dlctl.text import listed

MAX_ROUNDS = 2_000
APP = "this app"


class Candidate(Struct, frozen=True):
    """A package in one version, with the ranges of what it depends on, by REGISTRY/PACKAGE."""

    name: str
    version: str
    dependencies: Mapping[str, str]
    min_dlctl: str = ""

    @property
    def shown(self) -> str:
        """`REGISTRY/PACKAGE@VERSION`."""
        return f"{self.name}@{self.version}"


class Need(Struct, frozen=True):
    """What somebody needs: a package in a range of versions."""

    name: str
    range: Range
    by: str = APP


Candidates = Callable[[str], Sequence[Candidate]]
"""Returns every version of a package that can be had. May use the network, and raise RegistryError."""


def solve(needs: Sequence[Need], candidates: Candidates, dlctl: str) -> dict[str, Candidate]:
    """One version for each package that is needed, directly or by another, the newest that all accept.

    `dlctl` is the version of the program. Raises RegistryError that explains a conflict, or names a cycle.
    """
    from resolvelib import BaseReporter, ResolutionImpossible, ResolutionTooDeep, Resolver

    provider = _provider(candidates, dlctl)
    reporter: Any = BaseReporter()
    resolver: Any = Resolver(provider, reporter)
    try:
        found: dict[str, Candidate] = dict(resolver.resolve(needs, max_rounds=MAX_ROUNDS).mapping)
    except ResolutionImpossible as error:
        raise _conflict([cause.requirement for cause in error.causes], candidates, dlctl) from error
    except ResolutionTooDeep as error:
        raise RegistryError("the dependencies of these packages are too complicated to solve") from error
    _refuse_cycles(found)
    return found


def _provider(candidates: Candidates, dlctl: str) -> Any:
    from resolvelib import AbstractProvider

    class Provider(AbstractProvider[Any, Any, str]):  # its methods are those that resolvelib calls
        def identify(self, requirement_or_candidate: Any) -> str:
            return str(requirement_or_candidate.name)

        def get_preference(self, identifier: str, *args: Any, **named: Any) -> str:
            return identifier

        def find_matches(self, identifier: str, requirements: Any, incompatibilities: Any) -> list[Candidate]:
            ranges = [need.range for need in requirements[identifier]]
            refused = {each.version for each in incompatibilities[identifier]}
            fitting = [
                each
                for each in candidates(identifier)
                if each.version not in refused
                and runs_here(each, dlctl)
                and all(wanted.has(each.version) for wanted in ranges)
            ]
            return sorted(fitting, key=lambda each: parse_version(each.version), reverse=True)

        def is_satisfied_by(self, requirement: Any, candidate: Any) -> bool:
            return bool(requirement.range.has(candidate.version))

        def get_dependencies(self, candidate: Any) -> Iterable[Need]:
            return list(needs_of(candidate))

    return Provider()


def needs_of(candidate: Candidate) -> Iterator[Need]:
    """What a candidate depends on. Raises RegistryError for a range that is not valid."""
    for name, wanted in candidate.dependencies.items():
        yield Need(name, parse_range(wanted), candidate.shown)


def runs_here(candidate: Candidate, dlctl: str) -> bool:
    """Whether this version of dlctl is enough for the package."""
    return not candidate.min_dlctl or parse_version(dlctl) >= parse_version(candidate.min_dlctl)


def require_runs_here(candidate: Candidate, dlctl: str) -> None:
    """Raise RegistryError if the package needs a newer dlctl than this version."""
    if not runs_here(candidate, dlctl):
        raise RegistryError(
            f"package {candidate.shown} needs dlctl {candidate.min_dlctl}, and this is {dlctl}",
            hint="install a newer dlctl, or an older version of the package",
        )


def exact(name: str, version: str, by: str = APP) -> Need:
    """The need for exactly this version."""
    return Need(name, exactly(version), by)


def unmet(chosen: Mapping[str, Candidate]) -> list[str]:
    """What the dependencies of a set of packages lack, as sentences."""
    problems = []
    for candidate in chosen.values():
        for need in needs_of(candidate):
            other = chosen.get(need.name)
            if other is None:
                problems.append(
                    f"{candidate.shown} needs {need.name} {need.range.text}, which is not installed"
                )
            elif not need.range.has(other.version):
                problems.append(
                    f"{candidate.shown} needs {need.name} {need.range.text}, but it is {other.version}"
                )
    return problems


def _conflict(needs: Sequence[Need], candidates: Candidates, dlctl: str) -> RegistryError:
    name = needs[0].name if needs else ""
    wanted = list(dict.fromkeys(f"{need.by} needs {need.name} {need.range.text}" for need in needs))
    there = candidates(name) if name else ()
    too_new = [each for each in there if not runs_here(each, dlctl)]
    hint = (
        f"there is {name} {listed(each.version for each in there)}"
        if there
        else f"there is no package {name}"
    )
    if too_new:
        hint += f"; {too_new[-1].shown} needs dlctl {too_new[-1].min_dlctl}, and this is {dlctl}"
    elif any("this app needs" in line for line in wanted):
        hint += "; 'dlctl pkg update' can change the version of an installed package"
    return RegistryError(f"no version fits: {'; '.join(wanted)}", hint=hint)


def _refuse_cycles(found: Mapping[str, Candidate]) -> None:
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            chain = " → ".join((*above[above.index(name) :], name))
            raise RegistryError(f"packages depend on each other in a cycle: {chain}")
        if name not in done and name in found:
            for other in found[name].dependencies:
                visit(other, (*above, name))
            done.add(name)

    for name in found:
        visit(name, ())
