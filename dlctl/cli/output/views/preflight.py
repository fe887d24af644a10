"""The permissions that an environment needs as a table, JSON, or roles in YAML."""

from dlctl.cli.output.envelope import write_document, write_json
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import table
from dlctl.cli.runtime import Runtime
from dlctl.plan.rights.model import Right
from dlctl.text import counted
from dlctl.workflow.preflight import Preflight

COLUMNS = ("NAMESPACE", "RESOURCE", "NAME", "VERBS", "MISSING")


def print_preflight(runtime: Runtime, found: Preflight, output: str) -> None:
    """Print a preflight; a table has a summary and what is refused on stderr.

    On stderr are remarks, too, also beside YAML.
    """
    if output == "json":
        write_document(
            runtime,
            "Preflight",
            environment=found.environment,
            rights=[_right(right, found) for right in found.rights],
            notes=[*found.notes, *found.remarks, *found.refused],
        )
    elif output == "yaml":
        from dlctl.yamlio.dump import dump

        _log_remarks(found)
        write_json(runtime.json, "---\n".join(dump(role) for role in found.roles))
    else:
        table(COLUMNS, _rows(found), "no permissions")
        _log_remarks(found)
        for note in found.refused:  # the others were printed when they were emitted
            log(f"{found.environment}: {note}")
        missing = (
            f"{counted(len(found.missing), 'permission')} missing"
            if found.missing
            else "you have all of them"
        )
        log(f"{found.environment}: {counted(len(found.rights), 'permission')} needed, {missing}")


def _log_remarks(found: Preflight) -> None:
    for remark in found.remarks:
        log(f"{found.environment}: note: {remark}")


def _right(right: Right, found: Preflight) -> dict[str, object]:
    return {
        "namespace": right.namespace,
        "group": right.group,
        "resource": right.resource,
        "name": right.name,
        "verb": right.verb,
        "allowed": right not in found.missing,
    }


def _rows(found: Preflight) -> list[tuple[str, ...]]:
    """A row for each resource in a place."""
    places: dict[tuple[str, str, str], list[Right]] = {}
    for right in found.rights:
        resource = f"{right.resource}.{right.group}" if right.group else right.resource
        places.setdefault((right.namespace or "-", resource, right.name or "-"), []).append(right)
    return [
        (
            *place,
            ",".join(right.verb for right in rights),
            ",".join(right.verb for right in rights if right in found.missing) or "-",
        )
        for place, rights in places.items()
    ]
