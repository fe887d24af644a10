"""Write edits of an app's files, and print the changed files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlctl.app.app_id import adds_app_id
from dlctl.app.discover import APP_FILE
from dlctl.app.write import edit_app
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.files.write import FileChange, change_of
from dlctl.text import listed

if TYPE_CHECKING:  # not imported for completion
    from dlctl.registry.prototypes.model import Prototype


def write_edits(root: Path, compute: Callable[[], Sequence[FileChange]]) -> bool:
    """Compute edits under the app's lock, write them and print the files. Returns whether any changed."""
    changes = edit_app(root, compute)
    log_changes(root, changes)
    return any(change.before != change.after for change in changes)


def log_changes(root: Path, changes: Sequence[FileChange]) -> None:
    """Print the files that were written, except for the file lists in vendor/ and the schemas for editors."""
    from dlctl.app.file_schemas import FOLDER

    if any(adds_app_id(root, change) for change in changes):
        log(f"note: {APP_FILE} has an id now, so that another app of this name is not taken for this one")
    for change in changes:
        if change.before == change.after or change.path.suffix == ".sum":
            continue
        if change.path.is_relative_to(root / FOLDER):
            continue
        verb = "wrote" if change.before is None else "removed" if change.after is None else "changed"
        log(f"{verb} {change.path.relative_to(root).as_posix()}")


def schema_changes(runtime: Runtime, components: Mapping[str, str] | None = None) -> tuple[FileChange, ...]:
    """The edits that write the schemas for editors; `components` as for `typed_schemas`."""
    from dlctl.app.file_schemas import schema_files
    from dlctl.params.typed_schemas import typed_schemas

    app = runtime.app()
    files = schema_files(typed_schemas(app, runtime.catalogue(), components))
    return tuple(change_of(app.root / file, text.encode()) for file, text in files.items())


def with_schemas(
    runtime: Runtime, changes: Sequence[FileChange], components: Mapping[str, str]
) -> tuple[FileChange, ...]:
    """Edits that change the app's components, and the schemas for editors where the app has them."""
    from dlctl.app.file_schemas import has_schemas

    if not has_schemas(runtime.root()):
        return tuple(changes)
    return (*changes, *schema_changes(runtime, components))


def warn_about_secrets(prototype: "Prototype", names: Iterable[str], component: str, file: str) -> None:
    """Warn once if values of secret parameters were stored: they are in plain text in a file."""
    specs = (prototype.typed_spec(name) for name in names)
    secret = [spec for spec in specs if spec is not None and spec.secret]
    if secret:
        verb = "is a secret" if len(secret) == 1 else "are secrets"
        from dlctl.params.references import has_secret_entries

        first = f"{secret[0].name}.KEY" if has_secret_entries(secret[0]) else secret[0].name
        log(
            f"warning: {listed([spec.name for spec in secret])} {verb}, stored in plain text in {file}; "
            "to keep the value out of the file, store a reference instead: "
            f"dlctl param set {component} {first} '{{fromEnv: NAME}}'",
            Style.WARN,
        )


def warn_about_rules(runtime: Runtime, component: str = "", environment: str = "") -> None:
    """Print warnings for the prototype rules that a component breaks, or that any component breaks.

    The files are read again: one that another program has changed since, and that cannot be used, is left to
    the next command.
    """
    from dlctl.workflow.rule_warnings import rule_warnings

    try:
        app = runtime.app()
    except DlctlError:
        return
    components = [component] if component else list(app.components)
    for message in rule_warnings(app, runtime.catalogue(), components, environment):
        log(f"warning: {printable(message)}", Style.WARN)
