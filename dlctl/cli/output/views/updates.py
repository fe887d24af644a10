"""What `env update` found: a summary for people, the difference of the file, or JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from dlctl.app.snapshot.compare import ABSENT, Difference
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.diff_view import print_diff
from dlctl.cli.runtime import Runtime
from dlctl.text import counted, listed
from dlctl.workflow.env_update import Updated
from dlctl.workflow.keep_schemas import DocumentChange, Problem, SchemaChanges
from dlctl.workflow.many import Outcomes

SHOWN = 6
"""Names in one line of a summary."""


def print_updates(runtime: Runtime, outcomes: Outcomes[Updated], form: TableFormat, *, show: bool) -> None:
    """Print what changed in each cluster.yaml; with `show` the difference of the file on stdout."""
    if form is TableFormat.JSON:
        items = [_json(each) for each in outcomes.results]
        write_document(runtime, "EnvironmentUpdateList", items=items, errors=outcomes.errors)
        return
    for updated in outcomes.results:
        if show:
            print_diff(updated.diff())
        log(_state(updated), Style.WARN if updated.changed and not updated.written else None)
        if updated.kept:
            log(f"  {'kept' if updated.written else 'not compared'}: {listed(updated.kept)}", Style.WARN)
        for line in _summary(updated):
            log(f"  {line}")
        for line in _schema_lines(updated.schemas, updated) if updated.schemas else ():
            log(line, None if updated.written else Style.WARN)


def _state(updated: Updated) -> str:
    if not updated.changed:
        return f"{updated.file} unchanged"
    if updated.written:
        return f"{'wrote' if updated.is_new else 'changed'} {updated.file}"
    return f"{updated.file} {'is missing' if updated.is_new else 'is out of date'}"


def _schema_lines(schemas: SchemaChanges, updated: Updated) -> Iterator[str]:
    """What changed in schemas.yaml, and which documents in the app."""
    is_new = schemas.index.before is None
    if schemas.index_changed and updated.written:
        yield f"{'wrote' if is_new else 'changed'} {updated.schemas_file}"
    elif schemas.index_changed:
        yield f"{updated.schemas_file} {'is missing' if is_new else 'is out of date'}"
    words = _WRITTEN if updated.written else _TO_WRITE
    for problem, word in words.items():
        found = [_document(each) for each in schemas.documents if each.problem is problem]
        if found:
            yield f"{word} {counted(len(found), 'document')} in schemas: {listed(found, limit=SHOWN)}"


_WRITTEN = {
    Problem.MISSING: "wrote",
    Problem.DAMAGED: "replaced damaged",
    Problem.NOT_NEEDED: "removed",
}
_TO_WRITE = {
    Problem.MISSING: "missing:",
    Problem.DAMAGED: "damaged:",
    Problem.NOT_NEEDED: "not needed:",
}


def _document(document: DocumentChange) -> str:
    return f"{document.file} ({document.api_version})" if document.api_version else document.file


def _summary(updated: Updated) -> Iterator[str]:
    if not updated.changed:
        return
    if any((each.section, each.left) == ("version", ABSENT) for each in updated.differences):
        yield _overview(updated)  # there was no file, or none that could be read
        return
    sections = dict.fromkeys((each.section, each.kind) for each in updated.differences)
    for section, kind in sections:
        found = [each for each in updated.differences if (each.section, each.kind) == (section, kind)]
        yield f"{kind or section}: {'; '.join(_changes(found))}"
    if not sections:
        yield "labels, taints or CPUs of nodes, or the form of the file"


def _overview(updated: Updated) -> str:
    snapshot = updated.snapshot
    nodes = sum(group.count for group in snapshot.nodes or ())
    parts = [f"version {snapshot.version}", counted(len(snapshot.kinds), "kind")]
    if snapshot.nodes is not None:
        parts.append(f"{counted(nodes, 'node')} in {counted(len(snapshot.nodes), 'group')}")
    parts += [f"{len(objects)} {kind.kind}" for kind, objects in snapshot.objects.items() if objects]
    return ", ".join(parts)


def _changes(found: Sequence[Difference]) -> Iterator[str]:
    added = [each.name for each in found if each.left == ABSENT]
    removed = [each.name for each in found if each.right == ABSENT]
    changed = [_change(each) for each in found if ABSENT not in (each.left, each.right)]
    for names, word in ((added, "added"), (removed, "removed"), (changed, "")):
        if names:
            yield f"{word} {listed(names, limit=SHOWN)}".strip()


def _change(difference: Difference) -> str:
    values = f"{difference.left} → {difference.right}"
    return values if difference.name == difference.section else f"{difference.name} ({values})"


def _json(updated: Updated) -> dict[str, Any]:
    return {
        "environment": updated.environment,
        "file": updated.file,
        "changed": updated.changed,
        "written": updated.changed and updated.written,
        "version": updated.snapshot.version,
        "schemas": {
            "file": updated.schemas_file,
            "changed": updated.schemas_changed,
            "written": updated.schemas_changed and updated.written,
            "documents": _documents_json(updated.schemas),
        },
        "differences": [difference_json(each) for each in updated.differences],
        "unread": sorted({*updated.snapshot.unread, *updated.kept}),
    }


def _documents_json(schemas: SchemaChanges | None) -> list[dict[str, str | None]]:
    documents = schemas.documents if schemas else ()
    return [
        {"file": each.file, "apiVersion": each.api_version or None, "problem": each.problem.value}
        for each in documents
    ]


def difference_json(difference: Difference) -> dict[str, Any]:
    """A difference of two clusters as JSON; null where one side does not have it."""
    left, right = (None if each == ABSENT else each for each in (difference.left, difference.right))
    return {
        "section": difference.section,
        "kind": difference.kind or None,
        "name": difference.name,
        "left": left,
        "right": right,
    }
