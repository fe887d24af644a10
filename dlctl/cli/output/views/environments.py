"""Print environments and their differences, as tables or JSON."""

from typing import Any

from dlctl.app.environments import environment_names, load_environment, load_target
from dlctl.app.model import App, Environment
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.json_text import shown_value
from dlctl.cli.output.streams import data
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.param_differences import Sides, difference_items, difference_rows
from dlctl.cli.output.views.pin import pin_json, pin_lines
from dlctl.cli.runtime import Runtime
from dlctl.manifest import Patch
from dlctl.params.compare import differences
from dlctl.params.environment import environment_params
from dlctl.redact import Redactor, comparing_redactor
from dlctl.registry.packages.catalogue import pins_in
from dlctl.workflow.pin_state import PinState


def print_environments(runtime: Runtime, output: TableFormat) -> None:
    """`env list`."""
    app = runtime.app()
    environments = [load_environment(app, name) for name in environment_names(app)]
    if output is TableFormat.JSON:
        items = [_json(app, environment) for environment in environments]
        write_document(runtime, "EnvironmentList", items=items)
        return
    rows = [
        (
            entry.name,
            _where(entry),
            entry.namespace,
            ", ".join(entry.extends),
            "yes" if entry.protected else "",
            _pin(entry),
            ", ".join(sorted(entry.disabled)),
            entry.destination.server,
        )
        for entry in environments
    ]
    empty = "no environments; add one with 'dlctl env add NAME'"
    table(
        ("NAME", "CLUSTER", "NAMESPACE", "EXTENDS", "PROTECTED", "PINNED", "DISABLED", "SERVER"),
        rows,
        empty,
        optional=("SERVER", "PINNED", "DISABLED", "EXTENDS"),
    )


def print_environment(
    runtime: Runtime, environment: Environment, state: PinState | None, output: TableFormat
) -> None:
    """`env describe`; `state` is None where the cluster was not asked."""
    settings = _json(runtime.app(), environment)
    if output is TableFormat.JSON:
        cluster = pin_json(state) if state else None
        write_document(runtime, "Environment", **settings, cluster=cluster)
        return
    lines = [f"{key}: {shown_value(value)}" for key, value in settings.items() if value]
    wide = [
        f"{layer.environment}: {', '.join(layer.params.values)}"
        for layer in environment.layers
        if layer.params.values
    ]
    if wide:
        lines.append(f"parameters for every component, by environment: {'; '.join(wide)}")
    lines += pin_lines(environment.name, state) if state else ()
    data("\n".join(lines) + "\n")


def print_environment_diff(runtime: Runtime, first: str, second: str, output: TableFormat) -> int:
    """`env diff`; returns the exit code: 1 if there are differences."""
    app = runtime.app()
    catalogue = runtime.catalogue()
    left, right = load_target(app, first), load_target(app, second)
    redactor = comparing_redactor()
    one, other = _json(app, left.environment, redactor), _json(app, right.environment, redactor)
    settings = [(key, one[key], other[key]) for key in one if key != "name" and one[key] != other[key]]
    sides = Sides(first, second, environment_params(left, catalogue), environment_params(right, catalogue))
    params = differences(sides.left, sides.right)
    if output is TableFormat.JSON:
        changed = [{"name": key, "left": a, "right": b} for key, a, b in settings]
        found = difference_items(params)
        write_document(runtime, "EnvironmentDiff", left=first, right=second, settings=changed, params=found)
    else:
        rows = [("", key, shown_value(a), shown_value(b)) for key, a, b in settings]
        rows += difference_rows(params, sides)
        table(("COMPONENT", "SETTING", first, second), rows, "no differences")
    return 1 if settings or params else 0


def _json(app: App, environment: Environment, redactor: Redactor | None = None) -> dict[str, Any]:
    redactor = redactor or Redactor()
    destination = environment.destination
    return {
        "name": environment.name,
        "context": destination.context or None,
        "server": destination.server or None,
        "clusterId": destination.cluster_id or None,
        "sandbox": destination.sandbox or None,
        "namespace": environment.namespace,
        "extends": list(environment.extends),
        "labels": dict(environment.labels or {}),
        "protected": environment.protected,
        "disabled": sorted(environment.disabled),
        "patches": {
            component: [_patch(patch, redactor) for patch in patches]
            for component, patches in (environment.patches or {}).items()
        },
        "packages": {name: pin.version for name, pin in pins_in(app, environment).items()},
    }


def _patch(patch: Patch, redactor: Redactor) -> dict[str, Any]:
    target = {"kind": patch.kind, "name": patch.name or None}
    for name, body in (("merge", patch.merge), ("strategic", patch.strategic)):
        if body is not None:
            masked = redactor.mask_manifest({"kind": patch.kind, **body})
            return {"target": target, name: {key: masked[key] for key in body}}
    operations = [dict(operation) for operation in patch.json or ()]
    for operation in operations:
        if patch.kind == "Secret" and "value" in operation:
            operation["value"] = redactor.stand_in(operation["value"])
    return {"target": target, "json": operations}


def _where(environment: Environment) -> str:
    destination = environment.destination
    if destination.sandbox:
        return f"sandbox {destination.sandbox}"
    return destination.context or "(none)"


def _pin(environment: Environment) -> str:
    if environment.destination.sandbox:
        return "not needed"
    return "yes" if environment.destination.cluster_id else "no"
