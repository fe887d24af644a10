"""What prototypes need of a cluster: all of it is said, and a cluster without it is told in one sentence."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from dlctl.app.model import Block, Target
from dlctl.errors import ParamError, RenderError
from dlctl.kinds import is_definition, read_definition
from dlctl.manifest import Manifest
from dlctl.registry.prototypes.model import Prototype, Requirement
from dlctl.render.rendering import Rendering
from dlctl.render.requirements import required_kinds
from tests.prototypes.any_values import Values, examples_of, params_of
from tests.prototypes.examples import ALL, CATALOGUE, built_in
from tests.prototypes.test_any_parameters import (
    SEARCH,
    empty_target,
    every_prototype,
    search,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),  # of strategies for many roles
]

BUILT_IN = frozenset(
    {
        "v1",
        "apps/v1",
        "autoscaling/v1",
        "autoscaling/v2",
        "batch/v1",
        "discovery.k8s.io/v1",
        "admissionregistration.k8s.io/v1",
        "apiextensions.k8s.io/v1",
        "networking.k8s.io/v1",
        "node.k8s.io/v1",
        "policy/v1",
        "rbac.authorization.k8s.io/v1",
        "scheduling.k8s.io/v1",
        "storage.k8s.io/v1",
    }
)
"""The API groups of Kubernetes itself that prototypes make objects of."""


class Needing:
    """Renders components and says what they need."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._renderer = built_in()
        self._examples: dict[str, tuple[Rendering, ...]] = {}

    def examples(self, prototype: Prototype) -> tuple[Rendering, ...]:
        """The examples of a prototype, rendered once for all tests."""
        if prototype.name not in self._examples:
            rendered = (self.rendered(prototype, values) for values in examples_of(prototype))
            self._examples[prototype.name] = tuple(rendered)
        return self._examples[prototype.name]

    def rendered(self, prototype: Prototype, values: Values) -> Rendering:
        component = self._target.app.components["any"]
        component = replace(component, prototype=prototype.name, params=Block(values))
        return self._renderer.render(self._target, [component])


@pytest.fixture(scope="module")
def needing(tmp_path_factory: pytest.TempPathFactory) -> Needing:
    return Needing(empty_target(tmp_path_factory.mktemp("needing") / "app"))


def wanted(rendering: Rendering) -> set[str]:
    """The kinds that a rendering needs, by its requirements."""
    return {requirement.kind for _, requirement in required_kinds(rendering)}


def foreign(rendering: Rendering) -> set[str]:
    """The kinds of its objects that neither Kubernetes has nor a CRD among them defines."""
    made = {kind for each in rendering.manifests for kind in defined(each)}
    kinds = {f"{m.api_version}/{m.ref.kind}" for m in rendering.manifests if m.api_version not in BUILT_IN}
    return kinds - made


def defined(manifest: Manifest) -> Iterator[str]:
    if is_definition(manifest.body):
        defined = read_definition(manifest.body)
        for version in defined.versions:
            yield f"{defined.group_kind.group}/{version}/{defined.group_kind.kind}"


@pytest.mark.slow
@every_prototype
def test_every_foreign_kind_that_an_example_makes_is_required(prototype: Prototype, needing: Needing) -> None:
    for rendering in needing.examples(prototype):
        assert foreign(rendering) <= wanted(rendering)


@pytest.mark.slow
@every_prototype
def test_every_foreign_kind_is_required_whatever_the_parameters(
    prototype: Prototype, needing: Needing
) -> None:
    @settings(search, max_examples=SEARCH or 5)
    @given(params_of(prototype))
    def check(values: Values) -> None:
        try:
            rendering = needing.rendered(prototype, values)
        except (ParamError, RenderError):
            return  # refused: tested elsewhere
        assert foreign(rendering) <= wanted(rendering)

    check()


@every_prototype
def test_provider_of_each_kind_is_correct(prototype: Prototype) -> None:
    for requirement in prototype.requires:
        if not requirement.kind:
            continue
        assert requirement.provider, f"{requirement.location}: say from: or upstream:"
        if requirement.source:
            assert requirement.kind in CATALOGUE.find(requirement.source).provides


def test_each_condition_of_a_needed_kind_holds_in_some_example_and_not_in_all(needing: Needing) -> None:
    """So that none is there that always or never holds, such as one with a misspelled value."""
    held: dict[str, set[bool]] = {}
    for prototype in ALL:
        for rendering in needing.examples(prototype):
            found = [entry for _, entry in required_kinds(rendering)]
            for entry in conditional(prototype):
                held.setdefault(f"{entry.location}", set()).add(entry in found)
    assert held
    assert {place: found for place, found in held.items() if found != {True, False}} == {}


def conditional(prototype: Prototype) -> list[Requirement]:
    return [entry for entry in prototype.requires if entry.kind and entry.when != "true"]


@every_prototype
def test_provided_kinds_are_rendered(prototype: Prototype, needing: Needing) -> None:
    made = {
        kind
        for rendering in needing.examples(prototype)
        for each in rendering.manifests
        for kind in defined(each)
    }
    assert made == set(prototype.provides)
