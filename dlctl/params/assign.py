"""`param set` and `param unset`: parse and check values, and compute the file edit that stores them."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import component_path, environment_path, params_file, remove_in, set_in
from dlctl.app.environments import load_environment
from dlctl.app.find import find_component
from dlctl.app.model import App, Component
from dlctl.errors import DlctlError, ParamError
from dlctl.files.write import FileChange
from dlctl.params.common_value import Declaring, common_value
from dlctl.params.layers import Layer, component_layers, environment_layers, unknown_param
from dlctl.params.parse_value import Force
from dlctl.params.path import split_name
from dlctl.params.resolve import check, combine
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import ParamSpec
from dlctl.suggest import did_you_mean_param
from dlctl.text import listed, shown_name
from dlctl.yamlio.edit.change import remove, set_value


class Place(Struct, frozen=True):
    """Where a value is stored: no `environment` means dlctl.yaml, no `component` every component."""

    component: str
    environment: str

    def __str__(self) -> str:
        component = self.component or "every component"
        return f"{component} in environment {self.environment}" if self.environment else component


def assign(
    app: App,
    catalogue: Catalogue,
    place: Place,
    values: Sequence[tuple[str, str]],
    force: Force = Force.SCHEMA,
) -> tuple[FileChange, ...]:
    """The edits that store several `(name, text)` pairs at one place, each checked against the schema.

    Raises ParamError for an unknown name or an invalid value.
    """
    catalogue = _catalogue_at(app, catalogue, place)
    change: FileChange | None = None
    for name, text in values:
        head, *below = split_name(name)
        declaring = _declaring(app, catalogue, place, head)
        value = common_value(
            declaring, tuple(below), text, force, lambda one, value: _check(app, place, one, value)
        )
        spelling = _spelling(app, place, head, [one.spec for one in declaring])
        change = _stored(app, place, (spelling, *below), value, change)
    return (change,) if change else ()


def unassign(app: App, catalogue: Catalogue, place: Place, names: Sequence[str]) -> FileChange:
    """The edit that removes values from one place. Raises ParamError if one is not set there."""
    catalogue = _catalogue_at(app, catalogue, place)
    paths = dict.fromkeys(_set_path(app, catalogue, place, name) for name in names)
    file = _file(place)
    change: FileChange | None = None
    for path in paths:
        if change is None or change.after is None:
            change = remove_in(app.root, file, path)
        else:
            text = remove(change.after.decode("utf-8"), path, shown=file)
            change = FileChange(change.path, change.before, text.encode("utf-8"))
    if change is None:
        raise ParamError("no parameter name given")
    return change


class Unsettable(Struct, frozen=True):
    """The names of values that are set, and a sentence about each name that nothing declares."""

    names: tuple[str, ...]
    undeclared: tuple[str, ...] = ()


def values_that_are_set(app: App, catalogue: Catalogue, place: Place, names: Sequence[str]) -> Unsettable:
    """Which of these values can be unset. None is where the component, or what may be one, does not exist."""
    if place.component and place.component not in app.components:
        return Unsettable((), (f"component {shown_name(place.component)} does not exist",))
    found, undeclared = [], []
    for number, name in enumerate(names):
        try:
            if _is_set(app, catalogue, place, name):
                found.append(name)
        except ParamError as error:
            if not number and not place.component and names[1:]:  # it may be a component that was removed
                return Unsettable((), (f"{shown_name(name)} is neither a component nor a parameter",))
            undeclared.append(f"{error.message} ({error.hint})" if error.hint else error.message)
    return Unsettable(tuple(found), tuple(undeclared))


def _is_set(app: App, catalogue: Catalogue, place: Place, name: str) -> bool:
    """Whether a value is set at a place. Raises ParamError for a parameter that no component declares."""
    steps = split_name(name)
    spec = _any_spec(app, _catalogue_at(app, catalogue, place), place, steps[0])
    values = _block(app, place)
    spelling = next((known for known in (spec.name, *spec.aliases) if known in values), None)
    current: Any = values
    for step in (spelling or steps[0], *steps[1:]):
        if not isinstance(current, dict) or step not in current:
            return False
        current = current[step]
    return True


def _catalogue_at(app: App, catalogue: Catalogue, place: Place) -> Catalogue:
    """The catalogue with the place's versions of packages."""
    if not place.environment or not app.packages:
        return catalogue
    return catalogue.within(load_environment(app, place.environment))


def _set_path(app: App, catalogue: Catalogue, place: Place, name: str) -> tuple[str | int, ...]:
    """The YAML path of the value that `name` refers to."""
    steps = split_name(name)
    values = _block(app, place)
    spec = _any_spec(app, catalogue, place, steps[0])
    spelling = next((known for known in (spec.name, *spec.aliases) if known in values), steps[0])
    current: Any = values
    for step in (spelling, *steps[1:]):
        if not isinstance(current, dict) or step not in current:
            raise ParamError(
                f"{shown_name(name)} is not set for {place}",
                hint=f"parameters set there: {listed(values)}",
            )
        current = current[step]
    return _path(place, (spelling, *steps[1:]))


def _declaring(app: App, catalogue: Catalogue, place: Place, name: str) -> list[Declaring]:
    """The component, or, for an environment-wide value, all components that declare the name."""
    if place.component:
        component = find_component(app, place.component)
        prototype = catalogue.find(component.prototype, component.location)
        spec = prototype.typed_spec(name)
        if spec is None:
            raise unknown_param(prototype, name)
        return [Declaring(component, prototype, spec)]
    return _declaring_components(app, catalogue, name)


def _declaring_components(app: App, catalogue: Catalogue, name: str) -> list[Declaring]:
    found = []
    known: set[str] = set()
    for component in app.components.values():
        prototype = catalogue.find(component.prototype, component.location)
        known.update(prototype.params)
        spec = prototype.typed_spec(name)
        if spec is not None:
            found.append(Declaring(component, prototype, spec))
    if not found:
        otherwise = "'dlctl param list' lists the parameters of every component"
        if name in app.components:
            otherwise = (
                f"to set a parameter of component '{name}': dlctl param set {name} NAME VALUE --env ENV"
            )
        raise ParamError(
            f"no component has a parameter {shown_name(name)}",
            hint=otherwise if name in app.components else did_you_mean_param(name, known, otherwise),
        )
    return found


def _any_spec(app: App, catalogue: Catalogue, place: Place, name: str) -> ParamSpec:
    try:
        return _declaring(app, catalogue, place, name)[0].spec
    except DlctlError:
        if name in _block(app, place):  # an unknown name in the file can still be removed
            return ParamSpec(name, {}, required=False, group="", location=None)
        raise


def _check(app: App, place: Place, one: Declaring, value: Any) -> None:
    """Refuse a value that breaks the schema when merged over the lower layers."""
    spec, component = one.spec, one.component
    added = Layer(f"value for {place}", {spec.name: value}, lambda _: None)
    layers = (*_layers_below(app, place, component), added)
    params = combine(component.name, one.prototype, [_only(layer, spec) for layer in layers])
    checked = type(params)(params.component, {spec.name: params.params[spec.name]})
    check(checked, one.prototype, f" (component {component.name})", complete=False)


def _layers_below(app: App, place: Place, component: Component) -> tuple[Layer, ...]:
    below = component_layers(component)
    if place.environment:
        environment = load_environment(app, place.environment)
        below = (*below, *environment_layers(environment, component.name))
    return below


def _only(layer: Layer, spec: ParamSpec) -> Layer:
    """The layer with only this parameter: other errors in the file must not stop this command."""
    names = (spec.name, *spec.aliases)
    values = {name: value for name, value in layer.values.items() if name in names}
    return Layer(layer.label, values, layer.locate, layer.lenient)


def _spelling(app: App, place: Place, head: str, specs: Sequence[ParamSpec]) -> str:
    """The spelling that the file already uses, else the parameter's own name if all prototypes have it."""
    known = set.intersection(*({spec.name, *spec.aliases} for spec in specs))
    used = next((name for name in _block(app, place) if name in known), None)
    if used or specs[0].name in known:
        return used or specs[0].name
    return head if head in known else head.replace("-", "_")


def _block(app: App, place: Place) -> dict[str, Any]:
    if not place.environment:
        return dict(find_component(app, place.component).params.values)
    own = load_environment(app, place.environment).layers[-1]
    if not place.component:
        return dict(own.params.values)
    block = own.components.get(place.component)
    return dict(block.values) if block else {}


def _stored(
    app: App, place: Place, steps: tuple[str, ...], value: Any, earlier: FileChange | None
) -> FileChange:
    """The edit of one value, on top of an earlier edit of the same file."""
    file, path = _file(place), _path(place, steps)
    if earlier is None or earlier.after is None:
        return set_in(app.root, file, path, value)
    text = set_value(earlier.after.decode("utf-8"), path, value, shown=file)
    return FileChange(earlier.path, earlier.before, text.encode("utf-8"))


def _file(place: Place) -> str:
    return params_file(place.environment) if place.environment else APP_FILE


def _path(place: Place, steps: tuple[str, ...]) -> tuple[str | int, ...]:
    if place.environment:
        return environment_path(place.component, steps)
    return component_path(place.component, steps)
