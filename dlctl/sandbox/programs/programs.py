"""Find the programs of a control plane: installed binaries, else dlctl's own build."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kubectl")
SERVERS = PROGRAMS[:-1]
"""The programs of a running sandbox, in start order."""
KUBELET = "kubelet"

ASSETS = "KUBEBUILDER_ASSETS"
"""The folder of setup-envtest, with etcd, kube-apiserver and kubectl."""

Command = tuple[str, ...]


class Programs(Struct, frozen=True):
    """The command of each program; `stages` prints kwok's own stages (None for an installed kwok).

    `kubelet` serves logs, exec and port-forward of simulated pods; only dlctl's own build has it.
    """

    commands: Mapping[str, Command]
    stages: Command | None = None
    kubelet: Command = ()


def find_separate(environ: Mapping[str, str]) -> Programs:
    """The programs that are installed as separate binaries.

    All programs in KUBEBUILDER_ASSETS; the rest from PATH only if it has all of them, since a single
    program there may have another version.
    """
    folder = environ.get(ASSETS)
    found = {name: path for name in PROGRAMS if folder and (path := _executable(Path(folder) / name))}
    on_path = {name: shutil.which(name, path=environ.get("PATH", "")) for name in PROGRAMS}
    if all(on_path[name] for name in PROGRAMS if name not in found):
        found = {**{name: path for name, path in on_path.items() if path}, **found}
    return Programs({name: (path,) for name, path in found.items()})


def complete(found: Programs, binary: Path) -> Programs:
    """Add missing programs from the multi-call binary."""
    ours = {name: (str(binary), name) for name in PROGRAMS}
    stages = None if "kwok" in found.commands else (str(binary), "kwok-stages")
    return Programs({**ours, **found.commands}, stages, (str(binary), KUBELET))


def missing(found: Programs) -> tuple[str, ...]:
    """The programs that were not found."""
    return tuple(name for name in PROGRAMS if name not in found.commands)


def _executable(path: Path) -> str | None:
    return str(path.absolute()) if path.is_file() and os.access(path, os.X_OK) else None
