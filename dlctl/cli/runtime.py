"""The process environment of a command, read once at startup."""

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
    from dlctl.files.signed_files import SignedFolder
    from dlctl.registry.prototypes.catalogue import Catalogue
    from dlctl.registry.prototypes.store import PrototypeStore
    from dlctl.render.cache.store import RenderingStore
    from dlctl.schemas.store import SchemaStore


@dataclass(frozen=True, slots=True)
class Runtime:
    """The process's environment variables and folders.

    `directory` is the value of `--dir` or `DLCTL_DIR`; None means the current folder or its parents. `json`
    is the JSON document that the command may write.
    """

    environ: Mapping[str, str]
    cwd: Path
    home: Path
    directory: Path | None
    _catalogues: "list[Catalogue]" = field(default_factory=list, repr=False, compare=False)
    _apps: "list[tuple[tuple[int, ...], App]]" = field(default_factory=list, repr=False, compare=False)
    json: JsonAnswer = field(default_factory=JsonAnswer)

    def root(self) -> Path:
        """The app's root folder. Raises NoApp or AppError if there is none."""
        from dlctl.app.discover import find_root, named_root

        return named_root(self.directory) if self.directory else find_root(self.cwd, self.home)

    def app(self) -> "App":
        """Load the app; dlctl.yaml is read again only if it was changed or replaced since."""
        from dlctl.app.discover import APP_FILE
        from dlctl.app.load import load_app

        root = self.root()
        found = (root / APP_FILE).stat()
        mark = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        if not self._apps or self._apps[-1][0] != mark:
            self._apps[:] = [(mark, load_app(root))]
        return self._apps[-1][1]

    def catalogue(self, emit: "Emit | None" = None, *, verify: bool = False) -> "Catalogue":
        """The prototypes of the app; without an app, only the built-in ones.

        Created once; `emit` gets the notes of its creation. With `verify` the content of installed
        packages is read even if their sizes and times did not change. Raises AppError or RegistryError.
        """
        if not self._catalogues:
            self._catalogues.append(self._new_catalogue(emit, verify=verify))
        return self._catalogues[0]

    def _new_catalogue(self, emit: "Emit | None", *, verify: bool) -> "Catalogue":
        from dlctl.errors import NoApp
        from dlctl.events import no_events
        from dlctl.registry.prototypes.catalogue import Catalogue, catalogue_of
        from dlctl.registry.prototypes.source import builtin_source

        try:
            app = self.app()
        except NoApp:
            return Catalogue((builtin_source(),), self.bytecode_folder, store=self._prototype_store())
        store = self._prototype_store()
        if not app.packages:
            return catalogue_of(app.prototypes_folder, self.bytecode_folder, emit or no_events, store)
        from dlctl.registry.packages.catalogue import app_catalogue
        from dlctl.registry.packages.verify import Verifier

        verifier = Verifier(app.root, self.signed_folder("verified"), verify)
        return app_catalogue(app, verifier, self.bytecode_folder, emit or no_events, store=store)

    def _prototype_store(self) -> "PrototypeStore":
        """The prototypes that earlier commands read."""
        from dlctl.registry.prototypes.store import PrototypeStore

        return PrototypeStore(self.signed_folder("prototypes"))

    @property
    def cache_folder(self) -> Path:
        """dlctl's cache folder: `$XDG_CACHE_HOME/dlctl`, or the platform's default.

        For a user without a home folder it is a path that cannot be written.
        """
        return self._own_folder("XDG_CACHE_HOME", ".cache")

    @property
    def state_folder(self) -> Path:
        """dlctl's folder for what is no cache: `$XDG_STATE_HOME/dlctl`, or the platform's default.

        For a user without a home folder it is a path that cannot be written.
        """
        return self._own_folder("XDG_STATE_HOME", ".local/state")

    def _own_folder(self, variable: str, on_linux: str) -> Path:
        """A folder of dlctl by the XDG specification; platformdirs is imported only elsewhere."""
        if chosen := self.environ.get(variable):
            return Path(chosen) / "dlctl"
        if sys.platform == "linux" and (home := self.environ.get("HOME", "")).startswith("/"):
            return Path(home) / on_linux / "dlctl"
        import platformdirs

        try:
            cache = variable == "XDG_CACHE_HOME"
            return platformdirs.user_cache_path("dlctl") if cache else platformdirs.user_state_path("dlctl")
        except RuntimeError:
            return Path(os.devnull) / "dlctl"

    def signed_folder(self, name: str) -> "SignedFolder":
        """A part of the cache, with the key that its files are signed with."""
        from dlctl.files.signed_files import SignedFolder

        return SignedFolder(self.cache_folder / name, self.state_folder / "cache.key")

    @property
    def bytecode_folder(self) -> "SignedFolder":
        """The folder of compiled templates."""
        return self.signed_folder("templates")

    def schema_store(self, app: "App") -> "SchemaStore":
        """The OpenAPI documents in the cache, and then those in the app."""
        from dlctl.schemas.store import FOLDER, SchemaStore

        cache = self.signed_folder(FOLDER)
        return SchemaStore((cache.path, app.root / FOLDER), cache.key_file)

    def rendering_store(self) -> "RenderingStore":
        """The rendered components of earlier commands."""
        from dlctl.render.cache.store import RenderingStore

        return RenderingStore(self.signed_folder("renderings"))

    @property
    def interactive(self) -> bool:
        """Whether prompts are possible: stdin and stderr are terminals."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("current folder no longer exists", hint="change to another folder") from error


def _home() -> Path:
    """The home folder; `/` for a user without one, as in a container with an arbitrary user id."""
    try:
        return Path(os.environ.get("HOME") or "~").expanduser()
    except RuntimeError:
        return Path("/")


def read_runtime(directory: str | None, json: JsonAnswer | None = None) -> Runtime:
    """Read the process environment; `directory` is the value of `--dir`."""
    if directory == "":
        raise UsageError("--dir needs a folder", hint="omit it to find the app from the current folder")
    chosen = directory or os.environ.get("DLCTL_DIR") or None
    return Runtime(
        environ=dict(os.environ),
        cwd=_working_folder(),
        home=_home(),
        directory=Path(chosen).absolute() if chosen else None,
        json=json or JsonAnswer(),
    )


def runtime_of(ctx: typer.Context) -> Runtime:
    """The runtime in the click context."""
    runtime = ctx.find_object(Runtime)
    if runtime is None:
        raise UsageError("commands must be run through 'dlctl'")
    return runtime
