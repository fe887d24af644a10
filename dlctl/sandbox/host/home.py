"""The folders of sandboxes on this machine."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs
from msgspec import Struct

from dlctl.errors import SandboxError

DEFAULT_NAME = "sandbox"
"""The default sandbox of commands; the sample app's environment uses it."""

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?\Z")


class Folder(Struct, frozen=True):
    """The folder with all files of one sandbox."""

    root: Path

    @property
    def state(self) -> Path:
        """The state file, written before and after each program is started."""
        return self.root / "sandbox.json"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.root / "kubeconfig"

    @property
    def kubeconfigs(self) -> Path:
        """Kubeconfigs of the programs and of the restricted users."""
        return self.root / "kubeconfigs"

    @property
    def pki(self) -> Path:
        """The certificate authority, certificates and keys."""
        return self.root / "pki"

    @property
    def data(self) -> Path:
        """etcd's data."""
        return self.root / "etcd"

    @property
    def logs(self) -> Path:
        """One log file per program."""
        return self.root / "logs"

    def log(self, program: str) -> Path:
        """The log file of one program."""
        return self.logs / f"{program}.log"


class Home(Struct, frozen=True):
    """`state` holds a folder per sandbox, `cache` the built control plane."""

    state: Path
    cache: Path

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Home":
        """DLCTL_SANDBOX_HOME, else the user's state folder; the cache follows XDG_CACHE_HOME."""
        return cls(_state(environ), _cache(environ))

    def folder(self, name: str) -> Folder:
        """The folder of one sandbox. Raises SandboxError for an invalid name."""
        if not _NAME.match(name):
            raise SandboxError(
                f"'{name}' is not a valid name for a sandbox",
                hint="use lowercase letters, digits and '-', at most 40 characters",
            )
        return Folder(self.state / name)

    def lock(self, name: str) -> Path:
        """The lock file of one sandbox, next to its folder."""
        return self.state / f".{name}.lock"

    def names(self) -> tuple[str, ...]:
        """The names of all sandboxes, sorted."""
        if not self.state.is_dir():
            return ()
        return tuple(sorted(e.name for e in self.state.iterdir() if e.is_dir() and _NAME.match(e.name)))


def _state(environ: Mapping[str, str]) -> Path:
    if own := environ.get("DLCTL_SANDBOX_HOME"):
        return Path(own).absolute()
    return _own(environ.get("XDG_STATE_HOME"), platformdirs.user_state_path) / "sandboxes"


def _cache(environ: Mapping[str, str]) -> Path:
    return _own(environ.get("XDG_CACHE_HOME"), platformdirs.user_cache_path)


def _own(chosen: str | None, usual: Callable[..., Path]) -> Path:
    """dlctl's folder inside the chosen folder, or inside the platform's default."""
    if chosen:
        return Path(chosen).absolute() / "dlctl"
    try:
        return usual("dlctl", appauthor=False).absolute()
    except RuntimeError as error:
        raise SandboxError(
            "no home folder for the sandboxes",
            hint="set HOME to an absolute path, or XDG_STATE_HOME and XDG_CACHE_HOME",
        ) from error
