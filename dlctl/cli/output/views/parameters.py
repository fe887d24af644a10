"""Print parameters, their origins and differences, as text or JSON. Secret values are never shown."""

from collections.abc import Mapping, Sequence
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
from dlctl.params.described_type import describe_type
from dlctl.params.environment import base_params, environment_params
from dlctl.params.layers import unknown_param
from dlctl.params.model import Origin, Param, ParamSet
from dlctl.params.parse_value import descend
from dlctl.params.path import split_name
from dlctl.registry.prototypes.model import ParamSpec, Prototype
from dlctl.report import location_report
from dlctl.text import HIDDEN, counted


def print_params(
    runtime: Runtime, component: str, env: str, output: TableFormat, *, everything: bool
) -> None:
    """`param list`: what is set, or `everything`, also what has its default. JSON always has everything."""
    app = runtime.app()
    sets = sets_of(runtime, app, env, component)
    params = [(name, param) for name, values in sets.items() for param in values.params.values()]
    if output is TableFormat.JSON:
        items = [{"component": name, **param_json(param)} for name, param in params]
        write_document(runtime, "ParameterList", environment=env or None, items=items)
        return
    rows = [
        (name, param.spec.name, shown_param(param.spec, param.value), _brief(param.origin))
        for name, param in params
        if everything or not _is_default(param)
    ]
    empty = "nothing is set" if sets else "no components"
    table(("COMPONENT", "PARAMETER", "VALUE", "FROM"), rows, empty, optional=("FROM",))
    if defaults := len(params) - len(rows):
        have = "is not set" if defaults == 1 else "are not set"
        log(f"{counted(defaults, 'parameter')} {have}; --all lists them, too")


def _is_default(param: Param) -> bool:
    return param.origin.layer.startswith("default")


def print_explanation(runtime: Runtime, component: str, name: str, env: str, output: TableFormat) -> None:
    """`param explain`."""
    app = runtime.app()
    find_component(app, component)
    values = sets_of(runtime, app, env, component)[component]
    steps = split_name(name)
    catalogue = runtime.catalogue()
    if env and app.packages:
        catalogue = catalogue.within(load_target(app, env).environment)
    prototype = catalogue.find(app.components[component].prototype)
    spec = prototype.typed_spec(steps[0])
    if spec is None:
        raise unknown_param(prototype, steps[0])
    param = values.params[spec.name]
    _warn_of_value(prototype, component, param, env)
    if len(steps) > 1:
        param = _inside(component, param, steps[1:])
    shown = ".".join((spec.name, *(step.replace(".", "\\.") for step in steps[1:])))
    if output is TableFormat.JSON:
        reported = {**param_json(param), "name": shown}
        write_document(runtime, "Parameter", component=component, environment=env or None, **reported)
        return
    schema = descend(spec.shown_schema, steps[1:])
    description = " ".join((schema.get("description") or spec.description).split())
    notes = [describe_type(schema), *package_note(prototype), *filter(None, [description])]
    print_explained(_explanation(f"{component} {shown}", env, param, notes))


def _warn_of_value(prototype: Prototype, component: str, param: Param, env: str) -> None:
    """A warning where the value is not valid, which `show` refuses."""
    from dlctl.params.resolve import check

    place = f" (component {component}{f', environment {env}' if env else ''})"
    try:
        check(ParamSet(component, {param.spec.name: param}), prototype, place, complete=False)
    except ParamError as error:
        for each in error.single_errors:
            log(f"warning: {each}")


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
        f"over {shown_param(param.spec, each.value) or 'no value'}, from {each.origin}"
        for each in param.shadowed
    )
    return Explanation(
        subject=f"{subject}{place}",
        value=shown_param(param.spec, param.value) or "(no value)",
        sources=(f"from {param.origin}", *shadowed),
        notes=tuple(notes),
    )


def sets_of(runtime: Runtime, app: App, env: str, component: str) -> Mapping[str, ParamSet]:
    """The parameters of all components, or of one, in an environment or in none.

    Raises AppError for an unknown component, ParamError for one that is disabled there.
    """
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


def shown_param(spec: ParamSpec, value: Any) -> str:
    """A value as text; that of a secret is hidden."""
    if value is not None and spec.secret:
        return HIDDEN
    return shown_value(value)


def _brief(origin: Origin) -> str:
    if origin.layer.startswith("default"):
        return "default"
    return str(origin.location) if origin.location else origin.layer


def param_json(param: Param) -> dict[str, Any]:
    """A parameter for JSON output."""
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
