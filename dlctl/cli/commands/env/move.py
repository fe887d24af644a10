"""`dlctl env mv`."""

from collections.abc import Sequence

from dlctl.app import environment_edit
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.streams import log
from dlctl.cli.runtime import Runtime
from dlctl.files.write import FileChange


def move_environment(runtime: Runtime, name: str, target: str) -> None:
    """Rename an environment's folder, and write where it was. Raises AppError."""

    def compute() -> Sequence[FileChange]:
        return environment_edit.move_environment(runtime.app(), name, target)

    write_edits(runtime.root(), compute)
    log(f"environment {name} is {target} now; 'dlctl apply {target}' changes its objects' labels")
