"""Packages that need others: versions are solved, conflicts are explained, cycles are named."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl import __version__
from dlctl.app.load import load_app
from dlctl.errors import RegistryError
from dlctl.registry.packages.solve import Candidate, Need, solve, unmet
from dlctl.registry.packages.versions import parse_range, parse_version
from tests.packages.registries import empty_app, package, registry, write_files
from tests.project import Project


def needing(name: str, version: str, *needs: str) -> dict[str, str]:
    """A package in a folder `NAME@VERSION` with dependencies."""
    lines = "".join(f"  {need.split(' ', 1)[0]}: '{need.split(' ', 1)[1]}'\n" for need in needs)
    more = f"dependencies:\n{lines}" if needs else ""
    return package(name, version, more=more, folder=f"{name}@{version}")


def start(project: Project, *packages: dict[str, str]) -> Path:
    folder = registry(project.root.parent / "registry", *packages)
    empty_app(project, "dev")
    project.run("registry", "add", "ours", str(folder)).ok()
    return folder


def versions(project: Project) -> dict[str, str]:
    return {name.removeprefix("ours/"): pin.version for name, pin in load_app(project.root).packages.items()}


def test_what_a_package_needs_is_installed_with_it(project: Project) -> None:
    start(
        project,
        needing("app", "1.0.0", "lib ^1.1", "util >=1"),
        needing("lib", "1.0.0"),
        needing("lib", "1.2.0", "util <3"),
        needing("lib", "2.0.0"),
        needing("util", "2.5.0"),
        needing("util", "3.0.0"),
    )
    outcome = project.run("pkg", "install", "ours/app").ok()
    assert versions(project) == {"app": "1.0.0", "lib": "1.2.0", "util": "2.5.0"}
    assert "installed ours/lib@1.2.0 into vendor/ours/lib@1.2.0, which another package needs" in outcome.err
    listed = project.run("pkg", "list", "-o", "json").ok().json
    assert {item["name"]: item["dependency"] for item in listed["items"]} == {
        "ours/app": False,
        "ours/lib": True,
        "ours/util": True,
    }
    project.run("pkg", "rm", "ours/app", "--yes").ok()
    assert versions(project) == {}
    assert not (project.root / "vendor").exists()


def test_a_dependency_that_is_installed_by_name_stays(project: Project) -> None:
    start(project, needing("app", "1.0.0", "lib *"), needing("lib", "1.0.0"))
    project.run("pkg", "install", "ours/app").ok()
    project.run("pkg", "update", "ours/lib").ok()
    assert load_app(project.root).packages["ours/lib"].dependency
    project.run("pkg", "install", "ours/lib").ok()
    assert not load_app(project.root).packages["ours/lib"].dependency
    project.run("pkg", "rm", "ours/app", "--yes").ok()
    assert versions(project) == {"lib": "1.0.0"}


def test_an_update_removes_what_nothing_needs_any_more(project: Project) -> None:
    folder = start(project, needing("app", "1.0.0", "lib *"), needing("lib", "1.0.0"))
    project.run("pkg", "install", "ours/app").ok()
    registry(folder, needing("app", "1.1.0"))
    assert "removed ours/lib@1.0.0, which is no longer needed" in project.run("pkg", "update").ok().err
    assert versions(project) == {"app": "1.1.0"}
    assert not (project.root / "vendor/ours/lib@1.0.0").exists()


def test_an_environment_that_keeps_a_version_must_have_what_it_needs(project: Project) -> None:
    folder = start(project, needing("app", "1.0.0", "lib <2"), needing("lib", "1.0.0"))
    project.run("pkg", "install", "ours/app").ok()
    project.run("pkg", "install", "ours/app@1.0.0", "--env", "dev").ok()
    registry(folder, needing("app", "2.0.0", "lib >=2"), needing("lib", "2.0.0"))
    refused = project.run("pkg", "update")
    assert refused.code == 1
    assert "environment 'dev': ours/app@1.0.0 needs ours/lib <2, but it is 2.0.0" in refused.err
    refused = project.run("pkg", "install", "ours/app@2.0.0", "--env", "dev")
    assert refused.code == 1
    assert "in environment 'dev' ours/app@2.0.0 needs ours/lib >=2, but it is 1.0.0" in refused.err
    project.run("pkg", "install", "ours/app@2.0.0", "ours/lib@2.0.0", "--env", "dev").ok()
    assert versions(project) == {"app": "1.0.0", "lib": "1.0.0"}


def test_a_conflict_is_explained(project: Project) -> None:
    start(
        project,
        needing("one", "1.0.0", "lib <2"),
        needing("two", "1.0.0", "lib >=2"),
        needing("lib", "1.0.0"),
        needing("lib", "2.0.0"),
    )
    before = project.files()
    outcome = project.run("pkg", "install", "ours/one", "ours/two")
    assert outcome.code == 1
    assert "ours/one@1.0.0 needs ours/lib <2" in outcome.err
    assert "ours/two@1.0.0 needs ours/lib >=2" in outcome.err
    assert "there is ours/lib 1.0.0, 2.0.0" in outcome.err
    assert project.files() == before


def test_an_install_never_changes_another_package(project: Project) -> None:
    start(
        project,
        needing("one", "1.0.0", "lib >=1"),
        needing("two", "1.0.0", "lib >=2"),
        needing("lib", "1.0.0"),
    )
    project.run("pkg", "install", "ours/one").ok()
    registry(project.root.parent / "registry", needing("lib", "2.0.0"))
    outcome = project.run("pkg", "install", "ours/two")
    assert outcome.code == 1
    assert "this app needs ours/lib =1.0.0" in outcome.err
    assert "dlctl pkg update" in outcome.err
    project.run("pkg", "update").ok()
    project.run("pkg", "install", "ours/two").ok()
    assert versions(project) == {"one": "1.0.0", "two": "1.0.0", "lib": "2.0.0"}


def test_a_cycle_is_named(project: Project) -> None:
    start(project, needing("a", "1.0.0", "b *"), needing("b", "1.0.0", "c *"), needing("c", "1.0.0", "a *"))
    outcome = project.run("pkg", "install", "ours/a")
    assert outcome.code == 1
    assert "packages depend on each other in a cycle: ours/a → ours/b → ours/c → ours/a" in outcome.err


def test_a_package_may_need_a_newer_dlctl(project: Project) -> None:
    folder = start(project, package("hello", "1.0.0"), package("hello", "2.0.0", folder="hello@2.0.0"))
    write_files(folder, {"hello@2.0.0/package.yaml": "name: hello\nversion: 2.0.0\nminDlctl: 99.0.0\n"})
    project.run("pkg", "install", "ours/hello").ok()
    assert versions(project) == {"hello": "1.0.0"}
    outcome = project.run("pkg", "install", "ours/hello@2.0.0")
    assert (outcome.code, "ours/hello@2.0.0 needs dlctl 99.0.0, and this is" in outcome.err) == (1, True)


def test_an_environment_does_not_get_what_needs_a_newer_dlctl(project: Project) -> None:
    folder = start(project, package("hello", "1.0.0"), package("hello", "2.0.0", folder="hello@2.0.0"))
    write_files(folder, {"hello@2.0.0/package.yaml": "name: hello\nversion: 2.0.0\nminDlctl: 99.0.0\n"})
    project.run("pkg", "install", "ours/hello").ok()
    before = project.files()
    outcome = project.run("pkg", "install", "ours/hello@2.0.0", "--env", "dev")
    assert (outcome.code, "ours/hello@2.0.0 needs dlctl 99.0.0, and this is" in outcome.err) == (1, True)
    assert project.files() == before


def test_an_older_dlctl_does_not_render_a_package_that_needs_a_newer_one(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague with an older dlctl gets the same vendor/."""
    start(project, package("hello", more=f"minDlctl: {__version__}\n"))
    project.run("pkg", "install", "ours/hello").ok()
    project.run("generate", "hello", "web").ok()
    project.run("show", "dev").ok()
    monkeypatch.setattr("dlctl.registry.packages.catalogue.__version__", "0.0.1")
    outcome = project.run("show", "dev")
    assert outcome.code == 1
    assert f"package ours/hello@1.0.0 needs dlctl {__version__}, and this is 0.0.1" in outcome.err


def test_a_dependency_that_no_registry_has(project: Project) -> None:
    start(project, needing("app", "1.0.0", "lib *"), needing("other", "1.0.0", "theirs/lib *"))
    outcome = project.run("pkg", "install", "ours/app")
    assert (outcome.code, "registry 'ours' has no package 'lib'" in outcome.err) == (1, True)
    outcome = project.run("pkg", "install", "ours/other")
    assert (outcome.code, "registry 'theirs' not found" in outcome.err) == (1, True)


def test_a_package_that_is_needed_is_not_removed(project: Project) -> None:
    start(project, needing("app", "1.0.0", "lib *"), needing("lib", "1.0.0"))
    project.run("pkg", "install", "ours/app").ok()
    outcome = project.run("pkg", "rm", "ours/lib", "--yes")
    assert (outcome.code, "package 'ours/app' needs 'ours/lib'" in outcome.err) == (1, True)


LUCK = "params: {luck: {type: string, default: good, description: Luck}}\n"
CHARM = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: charms.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {kind: Charm, plural: charms}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        {type: object, properties: {spec: {type: object, properties: {luck: {type: integer}}}}}
"""


def test_groups_fragments_and_crds_of_a_dependency_can_be_used(project: Project) -> None:
    folder = start(project, needing("app", "1.0.0", "lib *"), needing("lib", "1.0.0"))
    write_files(
        folder,
        {
            "app@1.0.0/app/prototype.yaml": "summary: x\ngroups: [luck]\n",
            "app@1.0.0/app/templates/map.yaml.j2": "apiVersion: example.com/v1\nkind: Charm\n"
            'metadata: {name: {{ component.name }}}\nspec: {{ fragment("luck") }}\n',
            "lib@1.0.0/groups/luck.yaml": LUCK,
            "lib@1.0.0/fragments/luck.yaml.j2": "luck: {{ params.luck }}\n",
            "lib@1.0.0/crds/charm.yaml": CHARM,
        },
    )
    project.run("pkg", "install", "ours/app").ok()
    project.run("generate", "app", "web").ok()
    shown = project.run("show", "dev").ok().out
    assert "luck: good" in shown
    assert "namespace" not in shown, "the CRD says that the kind is cluster-scoped"
    wrong = project.run("validate", "dev")
    assert (wrong.code, "Charm.example.com/web: spec.luck: Invalid value" in wrong.out) == (1, True), wrong
    fragment = project.root / "vendor/ours/lib@1.0.0/fragments/luck.yaml.j2"
    fragment.write_text(fragment.read_text() + " ")
    outcome = project.run("show", "dev")
    assert "fragments/luck.yaml.j2: file of package ours/lib@1.0.0 was changed" in outcome.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dependencies: {lib: latest}\n", "'latest' is not a range of versions"),
        ("dependencies: {lib: 1}\n", "needs a range of versions"),
        ("dependencies: {'../x': '*'}\n", "is not a valid name for a package"),
        ("minDlctl: new\n", "'new' is not a version"),
        ("versions: 1\n", "unknown field 'versions'"),
    ],
)
def test_a_wrong_package_yaml_names_file_and_line(project: Project, text: str, message: str) -> None:
    start(project, package("hello", more=text))
    outcome = project.run("pkg", "install", "ours/hello")
    assert (outcome.code, message in outcome.err) == (1, True), outcome.err
    assert "ours:hello/package.yaml:6:" in outcome.err


@pytest.mark.parametrize(
    ("wanted", "inside", "outside"),
    [
        ("^1.2", ["1.2.0", "1.9.9"], ["1.1.9", "2.0.0", "2.0.0-rc.1"]),
        ("^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0"]),
        ("^0.0.3", ["0.0.3"], ["0.0.4"]),
        ("~1.2.3", ["1.2.3", "1.2.9"], ["1.3.0"]),
        ("~1", ["1.9.0"], ["2.0.0"]),
        ("1.2.x", ["1.2.0", "1.2.7"], ["1.3.0"]),
        ("1.2", ["1.2.5"], ["1.3.0"]),
        ("=1.2.3", ["1.2.3", "1.2.3+build"], ["1.2.4"]),
        (">=1.2 <2", ["1.2.0"], ["2.0.0"]),
        (">=1.2, <2", ["1.9.0"], ["1.1.0"]),
        (">1", ["2.0.0"], ["1.9.9"]),
        ("<=1.2", ["1.2.9"], ["1.3.0"]),
        ("1.x || ^3", ["1.5.0", "3.1.0"], ["2.0.0"]),
        ("*", ["0.0.1", "9.9.9"], ["1.0.0-rc.1"]),
        (">=2.0.0-rc.1", ["2.0.0-rc.2", "2.0.0"], ["2.0.0-alpha"]),
    ],
)
def test_ranges(wanted: str, inside: list[str], outside: list[str]) -> None:
    found = parse_range(wanted)
    assert [version for version in inside if not found.has(version)] == []
    assert [version for version in outside if found.has(version)] == []


@pytest.mark.parametrize("text", ["latest", "1.2.3.4", "^", ">", "1.2 -", "a1", "1;2", "x" * 300])
def test_wrong_ranges(text: str) -> None:
    with pytest.raises(RegistryError):
        parse_range(text)


def test_versions_are_ordered_as_in_semver_11() -> None:
    ordered = (
        "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0"
    )
    parsed = [parse_version(text) for text in ordered.split()]
    assert all(one < other for one, other in itertools.pairwise(parsed))
    assert not any(other < one for one, other in itertools.pairwise(parsed))


NAMES = ["a", "b", "c", "d"]
NUMBERS = st.sampled_from(["1.0.0", "1.1.0", "2.0.0"])
RANGES = st.sampled_from(["*", "^1", ">=1.1", "<2", "=2.0.0"])


@given(st.data())
def test_what_is_solved_fits_and_what_is_not_cannot(data: st.DataObject) -> None:
    """Beside a search through all combinations; needs go from a to d, so there are no cycles."""
    offered = {
        (name, number): Candidate(
            name,
            number,
            data.draw(st.dictionaries(st.sampled_from(NAMES[index + 1 :]), RANGES, max_size=2))
            if index < 3
            else {},
        )
        for index, name in enumerate(NAMES)
        for number in data.draw(st.lists(NUMBERS, min_size=1, unique=True))
    }

    def candidates(name: str) -> list[Candidate]:
        return [each for (other, _), each in offered.items() if other == name]

    needs = [
        Need(name, parse_range(data.draw(RANGES))) for name in data.draw(st.sets(st.sampled_from(NAMES)))
    ]
    try:
        found = solve(needs, candidates, "0.1.0")
    except RegistryError:
        assert not _any_solution(needs, candidates, {})
        return
    assert unmet(found) == []
    assert all(need.range.has(found[need.name].version) for need in needs)


def _any_solution(needs: list[Need], candidates: object, chosen: dict[str, Candidate]) -> bool:
    assert callable(candidates)
    open_needs = [need for need in needs if need.name not in chosen]
    if any(not need.range.has(chosen[need.name].version) for need in needs if need.name in chosen):
        return False
    if not open_needs:
        return True
    name = open_needs[0].name
    for candidate in candidates(name):
        more = [Need(other, parse_range(text)) for other, text in candidate.dependencies.items()]
        if _any_solution([*needs, *more], candidates, {**chosen, name: candidate}):
            return True
    return False
