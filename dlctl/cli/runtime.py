"""What a command sees of the process it runs in, read once at the door."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dlctl.cli.json_answer import JsonAnswer
from dlctl.errors import UsageError

if TYPE_CHECKING:
    from dlctl.app.model import App
    from dlctl.events import Emit
    from dlctl.registry.prototypes.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Runtime:
    """The process's environment variables, folders and terminals.

    `directory` is what `--dir` or `DLCTL_DIR` names; None means the working folder and upward. `json` is
    the document that the invocation may write.
    """

    environ: Mapping[str, str]
    cwd: Path
    home: Path
    directory: Path | None
    _catalogues: "list[Catalogue]" = field(default_factory=list, repr=False, compare=False)
    json: JsonAnswer = field(default_factory=JsonAnswer)

    def root(self) -> Path:
        """The app's root. Raises NoApp or AppError where there is none."""
        from dlctl.app.discover import find_root, named_root

        return named_root(self.directory) if self.directory else find_root(self.cwd, self.home)

    def app(self) -> "App":
        """The app that the command is about."""
        from dlctl.app.load import load_app

        return load_app(self.root())

    def catalogue(self, emit: "Emit | None" = None) -> "Catalogue":
        """The prototypes of the app here, or without an app the built-in ones alone.

        It is made once, and `emit` then gets its notes. Raises AppError.
        """
        if not self._catalogues:
            self._catalogues.append(self._new_catalogue(emit))
        return self._catalogues[0]

    def _new_catalogue(self, emit: "Emit | None") -> "Catalogue":
        from dlctl.errors import NoApp
        from dlctl.events import no_events
        from dlctl.registry.prototypes.catalogue import Catalogue, catalogue_of
        from dlctl.registry.prototypes.source import builtin_source

        try:
            folder = self.root() / "prototypes"
        except NoApp:
            return Catalogue((builtin_source(),), self._bytecode_folder)
        return catalogue_of(folder, self._bytecode_folder, emit or no_events)

    @property
    def cache_folder(self) -> Path:
        """Where dlctl may keep what it can make again: `$XDG_CACHE_HOME/dlctl` or the platform's place.

        A user without a home has none: nothing can be kept in the folder that is named then.
        """
        from platformdirs import user_cache_path

        if chosen := self.environ.get("XDG_CACHE_HOME"):
            return Path(chosen) / "dlctl"
        try:
            return user_cache_path("dlctl")
        except RuntimeError:
            return Path(os.devnull) / "dlctl"

    @property
    def _bytecode_folder(self) -> Path:
        return self.cache_folder / "templates"

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked: both input and talk are terminals."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("the working folder is no longer there", hint="change into another one") from error


def _home() -> Path:
    """The home folder; `/` for a user who has none, as in a container that runs under any number."""
    try:
        return Path(os.environ.get("HOME") or "~").expanduser()
    except RuntimeError:
        return Path("/")


def read_runtime(directory: str | None, json: JsonAnswer | None = None) -> Runtime:
    """The world of this process; `directory` is the value of `--dir`."""
    if directory == "":
        raise UsageError("--dir needs a folder", hint="leave it out to find the app from the working folder")
    chosen = directory or os.environ.get("DLCTL_DIR") or None
    return Runtime(
        environ=dict(os.environ),
        cwd=_working_folder(),
        home=_home(),
        directory=Path(chosen).absolute() if chosen else None,
        json=json or JsonAnswer(),
    )


def runtime_of(ctx: typer.Context) -> Runtime:
    """The world that the door put into the context."""
    runtime = ctx.find_object(Runtime)
    if runtime is None:
        raise UsageError("commands are run through 'dlctl'")
    return runtime
