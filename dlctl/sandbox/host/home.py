"""Where sandboxes live on this machine."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from dlctl.errors import SandboxError

DEFAULT_NAME = "sandbox"
"""The sandbox that a command means when it names none; the sample app's environment uses it."""

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?\Z")


@dataclass(frozen=True, slots=True)
class Folder:
    """The one folder that holds all of one sandbox: removing it removes the sandbox's files."""

    root: Path

    @property
    def state(self) -> Path:
        """What runs, written before and after each program is started."""
        return self.root / "sandbox.json"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.root / "kubeconfig"

    @property
    def kubeconfigs(self) -> Path:
        """Kubeconfigs of the programs and of the users of less right."""
        return self.root / "kubeconfigs"

    @property
    def pki(self) -> Path:
        """The certificate authority, certificates and keys."""
        return self.root / "pki"

    @property
    def data(self) -> Path:
        """What etcd stores."""
        return self.root / "etcd"

    @property
    def logs(self) -> Path:
        """One log file per program."""
        return self.root / "logs"

    def log(self, program: str) -> Path:
        """The log file of one program."""
        return self.logs / f"{program}.log"


@dataclass(frozen=True, slots=True)
class Home:
    """`state` holds a folder per sandbox, `cache` the built control plane."""

    state: Path
    cache: Path

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Home":
        """DLCTL_SANDBOX_HOME, else the user's state folder; the cache follows XDG_CACHE_HOME."""
        return cls(_state(environ), _cache(environ))

    def folder(self, name: str) -> Folder:
        """The folder of one sandbox; SandboxError for a name that cannot be one."""
        if not _NAME.match(name):
            raise SandboxError(
                f"'{name}' cannot be the name of a sandbox",
                hint="use at most 40 lower-case letters, digits and '-'",
            )
        return Folder(self.state / name)

    def lock(self, name: str) -> Path:
        """The lock file of one sandbox, beside its folder."""
        return self.state / f".{name}.lock"

    def names(self) -> tuple[str, ...]:
        """The sandboxes that have a folder, in order."""
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
    """Our folder in the one that the user chose, or in the platform's."""
    if chosen:
        return Path(chosen).absolute() / "dlctl"
    try:
        return usual("dlctl", appauthor=False).absolute()
    except RuntimeError as error:
        raise SandboxError(
            "there is no home folder in which to keep sandboxes",
            hint="set HOME to an absolute path, or XDG_STATE_HOME and XDG_CACHE_HOME",
        ) from error
