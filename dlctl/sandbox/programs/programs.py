"""Which binary plays which program: found where the user put one, else our own build."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kubectl")
SERVERS = PROGRAMS[:-1]
"""The programs that a running sandbox consists of, in the order of their start."""

ASSETS = "KUBEBUILDER_ASSETS"
"""The folder that setup-envtest fills, with etcd, kube-apiserver and kubectl."""

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Programs:
    """How each program is called; `stages` prints kwok's own stages (None for a kwok found elsewhere)."""

    commands: Mapping[str, Command]
    stages: Command | None = None


def find_separate(environ: Mapping[str, str]) -> Programs:
    """The programs that stand on this machine as binaries of their own.

    All that KUBEBUILDER_ASSETS holds; PATH only if it has every program that is then missing, since a
    lone kubectl there says nothing about the version.
    """
    folder = environ.get(ASSETS)
    found = {name: path for name in PROGRAMS if folder and (path := _executable(Path(folder) / name))}
    on_path = {name: shutil.which(name, path=environ.get("PATH", "")) for name in PROGRAMS}
    if all(on_path[name] for name in PROGRAMS if name not in found):
        found = {**{name: path for name, path in on_path.items() if path}, **found}
    return Programs({name: (path,) for name, path in found.items()})


def complete(found: Programs, binary: Path) -> Programs:
    """Fill what was not found with the programs of the multi-call binary."""
    ours = {name: (str(binary), name) for name in PROGRAMS}
    stages = None if "kwok" in found.commands else (str(binary), "kwok-stages")
    return Programs({**ours, **found.commands}, stages)


def missing(found: Programs) -> tuple[str, ...]:
    """The programs that were not found."""
    return tuple(name for name in PROGRAMS if name not in found.commands)


def _executable(path: Path) -> str | None:
    return str(path.absolute()) if path.is_file() and os.access(path, os.X_OK) else None
