"""Print parameters, their origins and differences, as text or JSON. Secret values are never shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlctl.app.environments import load_target
from dlctl.app.find import find_component
from dlctl.app.model import App
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.json_text import shown_value
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.explanation import Explanation, print_explained
from dlctl.cli.runtime import Runtime
from dlctl.errors import ParamError
from dlctl.params.compare import ParamDifference, differences
from dlctl.params.environment import base_params, environment_params
from dlctl.params.layers import unknown_param
from dlctl.params.model import Origin, Param, ParamSet
from dlctl.params.parse_value import descend
from dlctl.params.path import split_name
from dlctl.params.schema import describe_type
from dlctl.registry.prototypes.model import ParamSpec, Prototype
from dlctl.report import location_report
from dlctl.text import HIDDEN, counted


def print_params(
    runtime: Runtime, component: str, env: str, output: TableFormat, *, everything: bool
) -> None:
    """`param list`: what is set, or `everything`, also what has its default. JSON always has everything."""
    app = runtime.app()
    sets = _sets(runtime, app, env, component)
    params = [(name, param) for name, values in sets.items() for param in values.params.values()]
    if output is TableFormat.JSON:
        items = [{"component": name, **_param_json(param)} for name, param in params]
        write_document(runtime, "ParameterList", environment=env or None, items=items)
        return
    rows = [
        (name, param.spec.name, _shown(param.spec, param.value), _brief(param.origin))
        for name, param in params
        if everything or not _is_default(param)
    ]
    empty = "nothing is set" if sets else "no components"
    table(("COMPONENT", "PARAMETER", "VALUE", "FROM"), rows, empty, optional=("FROM",))
    if defaults := len(params) - len(rows):
        have = "has its default" if defaults == 1 else "have their defaults"
        log(f"{counted(defaults, 'parameter')} {have}; --all lists them, too")


def _is_default(param: Param) -> bool:
    return param.origin.layer.startswith("default")


def print_explanation(runtime: Runtime, component: str, name: str, env: str, output: TableFormat) -> None:
    """`param explain`."""
    app = runtime.app()
    find_component(app, component)
    values = _sets(runtime, app, env, component)[component]
    steps = split_name(name)
    catalogue = runtime.catalogue()
    if env and app.packages:
        catalogue = catalogue.within(load_target(app, env).environment)
    prototype = catalogue.find(app.components[component].prototype)
    spec = prototype.spec(steps[0])
    if spec is None:
        raise unknown_param(prototype, steps[0])
    param = values.params[spec.name]
    if len(steps) > 1:
        param = _inside(component, param, steps[1:])
    shown = ".".join((spec.name, *(step.replace(".", "\\.") for step in steps[1:])))
    if output is TableFormat.JSON:
        reported = {**_param_json(param), "name": shown}
        write_document(runtime, "Parameter", component=component, environment=env or None, **reported)
        return
    schema = descend(spec.shown_schema, steps[1:])
    notes = [describe_type(schema), *package_note(prototype)]
    print_explained(_explanation(f"{component} {shown}", env, param, notes))


def _inside(component: str, param: Param, path: tuple[str, ...]) -> Param:
    try:
        return param.at(path)
    except LookupError as error:
        name = param.spec.name
        raise ParamError(
            f"'{'.'.join((name, *path))}' is not set for {component}",
            hint=f"'dlctl param explain {component} {name}' shows the whole value",
        ) from error


def package_note(prototype: Prototype) -> tuple[str, ...]:
    """The version of the installed package that a prototype comes from."""
    source = prototype.source
    return (f"package {source.registry}/{source.package} {source.version}",) if source.version else ()


def _explanation(subject: str, env: str, param: Param, notes: Sequence[str]) -> Explanation:
    place = f" in environment {env}" if env else ""
    shadowed = (
        f"over {_shown(param.spec, each.value) or 'no value'}, from {each.origin}" for each in param.shadowed
    )
    description = " ".join(param.spec.description.split())
    return Explanation(
        subject=f"{subject}{place}",
        value=_shown(param.spec, param.value) or "(no value)",
        sources=(f"from {param.origin}", *shadowed),
        notes=(*notes, description) if description else tuple(notes),
    )


def print_differences(runtime: Runtime, first: str, second: str, component: str, output: TableFormat) -> int:
    """`param diff`; returns the exit code: 1 if there are differences."""
    app = runtime.app()
    left, right = _sets(runtime, app, first, component), _sets(runtime, app, second, component)
    found = differences(left, right)
    if output is TableFormat.JSON:
        items = difference_items(found)
        write_document(runtime, "ParameterDiffList", left=first, right=second, items=items)
    else:
        headings = ("COMPONENT", "PARAMETER", first, second)
        table(headings, difference_rows(found, Sides(first, second, left, right)), "no differences")
    return 1 if found else 0


def difference_items(found: Sequence[ParamDifference]) -> list[dict[str, Any]]:
    """Differences for JSON output."""
    return [
        {
            "component": entry.component,
            "name": entry.name,
            "left": _param_json(entry.left) if entry.left else None,
            "right": _param_json(entry.right) if entry.right else None,
        }
        for entry in found
    ]


@dataclass(frozen=True, slots=True)
class Sides:
    """The two environments of a comparison, with the parameters of their components."""

    first: str
    second: str
    left: Mapping[str, ParamSet]
    right: Mapping[str, ParamSet]


def difference_rows(found: Sequence[ParamDifference], sides: Sides) -> list[tuple[str, str, str, str]]:
    """Differences for a table; one row for a component that only one environment has."""
    rows: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for entry in found:
        absent = [
            f"not in {name}" if entry.component not in params else ""
            for name, params in ((sides.first, sides.left), (sides.second, sides.right))
        ]
        name = "" if any(absent) else entry.name
        row = absent if any(absent) else [_side(entry.left), _side(entry.right)]
        rows[(entry.component, name)] = entry.component, name, row[0], row[1]
    return list(rows.values())


def _sets(runtime: Runtime, app: App, env: str, component: str) -> Mapping[str, ParamSet]:
    catalogue = runtime.catalogue()
    if component:
        find_component(app, component)
    if env:
        target = load_target(app, env)
        if component in target.environment.disabled:
            raise ParamError(
                f"component '{component}' is disabled in environment '{env}'",
                location=target.environment.location,
            )
        sets = environment_params(target, catalogue)
    else:
        sets = base_params(app.components, catalogue)
    return {name: values for name, values in sets.items() if component in ("", name)}


def _side(param: Param | None) -> str:
    if param is None:
        return "(absent)"
    return _shown(param.spec, param.value) or "(no value)"


def _shown(spec: ParamSpec, value: Any) -> str:
    if value is not None and spec.secret:
        return HIDDEN
    return shown_value(value)


def _brief(origin: Origin) -> str:
    if origin.layer.startswith("default"):
        return "default"
    return str(origin.location) if origin.location else origin.layer


def _param_json(param: Param) -> dict[str, Any]:
    return {
        "name": param.spec.name,
        "value": _masked(param.spec, param.value),
        "origin": _origin_json(param.origin),
        "shadowed": [
            {"value": _masked(param.spec, shadowed.value), "origin": _origin_json(shadowed.origin)}
            for shadowed in param.shadowed
        ],
        "schema": param.spec.shown_schema,
    }


def _masked(spec: ParamSpec, value: Any) -> Any:
    return HIDDEN if spec.secret and value is not None else value


def _origin_json(origin: Origin) -> dict[str, Any]:
    return {"layer": origin.layer, "location": location_report(origin.location)}
