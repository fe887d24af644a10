"""Write edits of an app's files, and print the changed files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.files.write import FileChange, edit_files


def write_edits(root: Path, compute: Callable[[], Sequence[FileChange]]) -> bool:
    """Compute edits under the app's lock, write them and print the files. Returns whether any changed."""
    changes: list[FileChange] = []

    def collect() -> Sequence[FileChange]:
        changes[:] = [change for change in compute() if change.before != change.after]
        return changes

    edit_files(root, collect)
    log_changes(root, changes)
    return bool(changes)


def log_changes(root: Path, changes: Sequence[FileChange]) -> None:
    """Print the files that were written, but for the file lists in vendor/."""
    for change in changes:
        if change.before == change.after or change.path.suffix == ".sum":
            continue
        verb = "wrote" if change.before is None else "removed" if change.after is None else "changed"
        log(f"{verb} {change.path.relative_to(root).as_posix()}")


def warn_about_rules(runtime: Runtime, component: str = "", environment: str = "") -> None:
    """Print warnings for the prototype rules that a component breaks, or that any component breaks."""
    from dlctl.workflow.rule_warnings import rule_warnings

    app = runtime.app()
    components = [component] if component else list(app.components)
    for message in rule_warnings(app, runtime.catalogue(), components, environment):
        log(f"warning: {printable(message)}", Style.WARN)
