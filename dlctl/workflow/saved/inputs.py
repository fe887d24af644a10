"""What the components of a plan were rendered from: digests by component and file."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.app.model import Component, DriftRule, EnvironmentLayer, Target
from dlctl.errors import PlanError
from dlctl.files.presence import read_file, walk
from dlctl.manifest import Patch
from dlctl.params.references import reference_of
from dlctl.plan.saved.digests import Digests, is_slow
from dlctl.plan.saved.model import SavedInputs
from dlctl.registry.prototypes.model import Prototype
from dlctl.registry.prototypes.place import Place
from dlctl.render.cache.inputs import Inputs
from dlctl.render.cluster_variable import cluster_variable
from dlctl.render.objects import namespace_of
from dlctl.render.rendering import RenderedComponent, Rendering, has_secrets

_UNREAD = ("examples", "__pycache__")
"""Folders of a prototype that rendering does not read."""


class InputDigests(Struct, frozen=True):
    """The inputs of a rendering: of each component, and of each prototype by its reference."""

    inputs: tuple[SavedInputs, ...]
    prototypes: Mapping[str, Mapping[str, str]]


def input_digests(rendering: Rendering, digests: Digests, before: InputDigests | None = None) -> InputDigests:
    """The digests of all that a target was rendered from, of the same sort as those `before`.

    Raises RegistryError or FileError.
    """
    sorts = {each.component: _is_slow(each) for each in before.inputs} if before else {}
    places = {part.place.reference: part.place for part in rendering.components}
    found, files = Inputs(), {}
    for reference, place in places.items():
        files[reference] = dict(_prototype_files(place, digests, found))
    inputs = tuple(
        _inputs(rendering.target, part, digests, secret=sorts.get(part.component.name))
        for part in rendering.components
    )
    return InputDigests(inputs, files)


def changed_inputs(before: InputDigests, now: InputDigests) -> tuple[str, ...]:
    """What is other than before, in words: components, each with its files."""
    old, new = ({each.component: each for each in side.inputs} for side in (before, now))
    lines = [f"component {name} is new" for name in new if name not in old]
    lines += [f"component {name} is no longer rendered" for name in old if name not in new]
    for name in old.keys() & new.keys():
        files = sorted(_changed_files(old[name], new[name], before, now))
        lines += [f"component {name}: {', '.join(files)}"] if files else []
    return tuple(sorted(lines))


def _changed_files(
    old: SavedInputs, new: SavedInputs, before: InputDigests, now: InputDigests
) -> Iterator[str]:
    yield from _other(old.files, new.files)
    if old.prototype != new.prototype:
        yield f"its prototype is {new.prototype} instead of {old.prototype}"
        return
    there, here = before.prototypes.get(old.prototype, {}), now.prototypes.get(new.prototype, {})
    files = [*_other(there, here)]
    yield from [name for name in files if not name.endswith("/")] or files


def _other(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    return (name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def refuse_secret_settings(rendering: Rendering, settings: Sequence[str]) -> None:
    """Raise PlanError where `--set` has a secret: a plan in a file records the flags, and has no secret."""
    for part in rendering.components if settings else ():
        for name, param in part.params.params.items():
            stated = param.stated[0] if param.stated else None
            if stated is None or stated.origin.layer != "--set" or not param.spec.secret:
                continue
            if reference_of(stated.value) is None:
                raise PlanError(
                    f"--set has a value of the secret parameter {part.component.name}.{name}, "
                    "which a plan in a file must not contain",
                    hint="let the parameter refer to it with {fromEnv: NAME} or {fromFile: PATH}",
                )


def _is_slow(inputs: SavedInputs) -> bool:
    return any(is_slow(digest) for digest in inputs.files.values())


def _inputs(target: Target, part: RenderedComponent, digests: Digests, *, secret: bool | None) -> SavedInputs:
    component, prototype = part.component, part.prototype
    if secret is None:
        secret = has_secrets(part) or any(spec.secret for spec in prototype.params.values())
    stated = {
        "dlctl.yaml": [component.base_name, component.params.values, *map(_patch, component.patches)],
        **dict(_environment_files(target, component, prototype)),
    }
    files = {name: digests.of(value, secret=secret) for name, value in stated.items() if value}
    return SavedInputs(component.name, part.place.reference, files)


def _environment_files(
    target: Target, component: Component, prototype: Prototype
) -> Iterator[tuple[str, Any]]:
    environment = target.environment
    for layer in environment.layers:
        yield f"environments/{layer.environment}/params.yaml", _layer(layer, component, prototype)
    patches = (environment.patches or {}).get(component.name, ())
    folder = f"environments/{environment.name}"
    yield (
        f"{folder}/environment.yaml",
        [
            namespace_of(target, component),
            environment.labels,
            *map(_patch, patches),
            *map(_rule, (*environment.drift, *target.app.drift)),
        ],
    )
    known = cluster_variable(target.cluster)
    yield f"{folder}/cluster.yaml", known if any(known.values()) else None


def _layer(layer: EnvironmentLayer, component: Component, prototype: Prototype) -> list[Any]:
    """What an environment's parameters say about a component; empty if nothing."""
    names = frozenset(prototype.names)
    shared = {name: value for name, value in layer.params.values.items() if name in names}
    own = layer.components.get(component.name)
    return [shared, own.values if own else {}] if shared or own else []


def _rule(rule: DriftRule) -> list[Any]:
    return [rule.kind, rule.rule, list(rule.fields), list(rule.managers)]


def _patch(patch: Patch) -> list[Any]:
    return [patch.kind, patch.name, patch.merge, patch.json, patch.strategic]


def _prototype_files(place: Place, digests: Digests, inputs: Inputs) -> Iterator[tuple[str, str]]:
    """The digest of each file of a prototype, and one of all that it shares with others."""
    shown = place.source.show(place.folder)
    for folder, folders, files in walk(place.folder, follow=not place.source.package):
        folders[:] = sorted(name for name in folders if name not in _UNREAD)
        for name in sorted(files):
            path = Path(folder) / name
            content = read_file(path).hex()
            yield f"{shown}/{path.relative_to(place.folder).as_posix()}", digests.of(content, secret=False)
    yield f"{shown}/", digests.of(inputs.files_digest(place), secret=False)
