"""Whatever the schemas of a prototype accept renders to objects that an API server accepts, or is refused.

Each run tries the same few values. To search further: `DLCTL_ANY_VALUES=200 pytest` with this file.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from msgspec.structs import replace

from dlctl.app.environments import load_target
from dlctl.app.load import load_app
from dlctl.app.model import Block, Target
from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.errors import ParamError, RenderError
from dlctl.registry.prototypes.model import Prototype
from dlctl.yamlio.dump import dump, dump_documents
from dlctl.yamlio.load import load_all
from tests.cluster_cache import cache_in
from tests.prototypes.any_values import HOSTILE, Values, accepts, examples_of, params_of, string_places
from tests.prototypes.conftest import CRD
from tests.prototypes.examples import ALL, built_in
from tests.prototypes.upstream import NAMESPACE, Upstream, as_template

Json = Any
Render = Callable[[Prototype, Values], list[Json]]
every_prototype = pytest.mark.parametrize("prototype", ALL, ids=lambda prototype: prototype.name)
SEARCH = int(os.environ.get("DLCTL_ANY_VALUES", "0"))
"""How many values a search tries; 0 where none is asked for."""
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of long texts, for a report
search = settings(
    derandomize=not SEARCH,
    database=None,
    deadline=None,
    print_blob=False,
    phases=[Phase.generate],  # to shrink a failure takes minutes of an API server's time
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Render a component of a prototype as an app's; templates are compiled once."""
    target = empty_target(tmp_path_factory.mktemp("any") / "app")
    renderer = built_in()

    def rendered(prototype: Prototype, values: Values) -> list[Json]:
        component = target.app.components["any"]
        component = replace(component, prototype=prototype.name, params=Block(values))
        return [manifest.body for manifest in renderer.render(target, [component]).manifests]

    return rendered


class Servers:
    """The API servers with upstream's kinds, asked without a process for each question."""

    def __init__(self, upstream: Upstream, folder: Path) -> None:
        self._upstream = upstream
        self._folder = folder
        self._clusters: dict[frozenset[tuple[str, str]], ApiCluster] = {}

    def dry_run(self, bodies: list[Json]) -> None:
        """Server-side apply with fieldValidation=Strict of every object; raises ClusterError."""
        cluster = self._serving(bodies)
        for body in map(as_template, bodies):
            resource = cluster.resource(body["apiVersion"], body["kind"])
            cluster.apply(resource, body, dry_run=True, force=True, field_manager="shop")
            if body["kind"] == "Namespace":  # what is in it is refused where it is not really there
                bare = {**body, "metadata": {"name": body["metadata"]["name"]}}
                cluster.apply(resource, bare, force=True, field_manager="shop")

    def _serving(self, bodies: list[Json]) -> ApiCluster:
        kinds = frozenset((body["apiVersion"], body["kind"]) for body in bodies)
        if kinds not in self._clusters:
            others = [body for body in bodies if body["kind"] != "Namespace"]
            control_plane = self._upstream.serving(others)
            kubeconfig = load_kubeconfig(control_plane.kubeconfig, {}, self._folder)
            self._clusters[kinds] = connect(
                kubeconfig, control_plane.context, cache=cache_in(self._folder / control_plane.name)
            )
        return self._clusters[kinds]


@pytest.fixture(scope="module")
def servers(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Servers:
    return Servers(upstream, tmp_path_factory.mktemp("servers"))


@pytest.mark.slow
@every_prototype
def test_any_parameters_render_or_are_refused(prototype: Prototype, render: Render) -> None:
    @settings(search, max_examples=SEARCH or 8)
    @given(params_of(prototype))
    def check(values: Values) -> None:
        bodies = _rendered_or_refused(render, prototype, values)
        assert _reloaded(bodies) == bodies

    check()


@pytest.mark.slow
@every_prototype
def test_hostile_strings_stay_inside_their_value(prototype: Prototype, render: Render) -> None:
    for example in examples_of(prototype):
        shape = _shape(render(prototype, example))
        for hostile in HOSTILE:
            for values in _hostile_variants(prototype, example, hostile):
                if bodies := _rendered_or_refused(render, prototype, values):
                    assert _shape(bodies) == shape, hostile[:9]
                    assert _reloaded(bodies) == bodies, hostile[:9]
                    break  # all at once, so that there is no need to look at each alone


@every_prototype
def test_every_whole_number_has_a_bound_that_an_api_can_hold(prototype: Prototype) -> None:
    endless = {name for name, spec in prototype.params.items() if any(_endless(spec.schema))}
    assert not endless, "what is more than an int32 or int64 turns negative, or is refused by the API server"


@pytest.mark.controlplane
@every_prototype
def test_upstream_api_accepts_any_parameters_that_are_not_refused(
    prototype: Prototype, render: Render, servers: Servers
) -> None:
    @settings(search, max_examples=SEARCH or 3)
    @given(params_of(prototype))
    def check(values: Values) -> None:
        bodies = [body for body in _rendered_or_refused(render, prototype, values) if body["kind"] != CRD]
        servers.dry_run(bodies)

    check()


def _endless(schema: Json) -> Iterator[Json]:
    """The schemas of whole numbers, at any depth, that state no maximum."""
    if isinstance(schema, dict):
        types = schema.get("type", ())
        if "integer" in types and not {"enum", "const", "maximum"} & schema.keys():
            yield schema
        for item in schema.values():
            yield from _endless(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from _endless(item)


def empty_target(app: Path) -> Target:
    """The environment of an app whose one component the tests replace."""
    (app / "environments" / "example").mkdir(parents=True)
    head = {"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "example"}
    (app / "dlctl.yaml").write_text(dump({**head, "components": {"any": {"prototype": "any"}}}))
    (app / "environments" / "example" / "environment.yaml").write_text(
        dump({"context": "example", "namespace": NAMESPACE})
    )
    return load_target(load_app(app), "example")


def _rendered_or_refused(render: Render, prototype: Prototype, values: Values) -> list[Json]:
    """The objects; nothing where a rule refuses the values, or they make more text than a template may."""
    try:
        return render(prototype, values)
    except ParamError:
        return []
    except RenderError as error:
        if "string has more than" in str(error):
            return []
        raise


def _hostile_variants(prototype: Prototype, example: Values, hostile: str) -> Iterator[Values]:
    """The example with a hostile text in every string that takes one, each its own; then in one alone."""
    every, single = dict(example), []
    for count, (parameter, *path) in enumerate(string_places(example)):
        name, plain = str(parameter), _at(example, (parameter, *path))
        for text in (f"{hostile}{plain}{hostile}{count}", f"{plain}{hostile}{count}", f"{hostile}{count}"):
            value = _put(example[name], path, text)
            if accepts(prototype.params[name], value):
                every[name] = _put(every[name], path, text)
                single.append((name, value))
                break
    if single:
        yield every
    for name, value in single:
        yield {**example, name: value}


def _reloaded(bodies: list[Json]) -> list[Json]:
    return [document.value for document in load_all(dump_documents(bodies), "dump")]


def _at(value: Json, path: Sequence[str | int]) -> Json:
    for step in path:
        value = value[step]
    return value


def _put(value: Json, path: Sequence[str | int], text: str) -> Json:
    """The value in which the text stands at the path; what is not on the way is not copied."""
    if not path:
        return text
    step, *rest = path
    changed: Json = dict(value) if isinstance(value, dict) else list(value)
    changed[step] = _put(value[step], rest, text)
    return changed


def _shape(value: Json) -> Json:
    """The keys and types of a value."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return type(value).__name__
