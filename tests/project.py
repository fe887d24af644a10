"""Run `dlctl` in a scratch folder, as a user would: words in; exit code, stdout and stderr out."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dlctl.cli.main import main


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as JSON."""
        return json.loads(self.out)

    def ok(self) -> "Outcome":
        """Itself, once it is known to have succeeded."""
        assert self.code == 0, f"exit {self.code}\n{self.err}\n{self.out}"
        return self


@dataclass(frozen=True, slots=True)
class Project:
    """A folder and the environment variables that commands run with."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Project":
        """A project in `tmp_path/project`, with HOME, caches and kubeconfig below `tmp_path` too."""
        root = tmp_path / "project"
        home = tmp_path / "home"
        compiled = tmp_path.parent / "compiled-templates"
        for folder in (root, home, tmp_path / "cache" / "dlctl"):
            folder.mkdir(parents=True)
        compiled.mkdir(exist_ok=True)  # shared by tests, as by all apps of a user
        (tmp_path / "cache" / "dlctl" / "templates").symlink_to(compiled)
        state = home / ".local" / "state" / "dlctl"
        state.mkdir(parents=True)
        (state / "cache.key").write_bytes(b"a key of thirty-two bytes, a test")
        (state / "cache.key").chmod(0o600)
        environ = {
            "HOME": str(home),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "XDG_STATE_HOME": str(home / ".local" / "state"),
            "KUBECONFIG": str(tmp_path / "kubeconfig"),
            "COLUMNS": "100",
        }
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("DLCTL_DIR", raising=False)
        monkeypatch.chdir(root)
        return cls(root, environ)

    def share_stored_prototypes(self) -> None:
        """Let commands find the built-in prototypes as earlier tests stored them, as a user's commands do."""
        stored = self.root.parent.parent / "stored-prototypes"
        stored.mkdir(exist_ok=True)
        place = Path(self.environ["XDG_CACHE_HOME"]) / "dlctl" / "prototypes"
        if not place.exists():
            place.symlink_to(stored)

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, given by their paths below the root."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))

    def read(self, name: str) -> str:
        """A file's text, its line ends as they are."""
        return (self.root / name).read_bytes().decode("utf-8")

    def files(self) -> dict[str, bytes]:
        """Every file below the root with its content: to see that nothing changed."""
        paths = sorted(path for path in self.root.rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths}

    def run(self, *words: str, cwd: str = ".") -> Outcome:
        """Run `dlctl WORDS` in this process: quick, and through the real door."""
        import contextlib
        import io

        out, err = io.StringIO(), io.StringIO()
        before = Path.cwd()
        os.chdir(self.root / cwd)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(list(words))
        finally:
            os.chdir(before)
        return Outcome(code, out.getvalue(), err.getvalue())

    def spawn(
        self, *words: str, environ: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Run `dlctl WORDS` as a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "dlctl.cli.main", *words],
            cwd=options.pop("cwd", self.root),
            env={**os.environ, **self.environ, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=120,
            **options,
        )
