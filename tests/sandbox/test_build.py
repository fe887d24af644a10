"""Building from source: progress, failure and interruption, on a module of two small packages."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from dlctl.errors import SandboxError
from dlctl.events import Event, no_events
from dlctl.sandbox.events import Compiling
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.programs.build import CONTROL_PLANE, ModuleFiles, Recipe, built_binary, sources_digest
from dlctl.sandbox.programs.compiler import KUBERNETES, Compiler
from dlctl.sandbox.programs.toolchain import find_toolchain

MAIN = 'package main\n\nimport "example.test/small/inner"\n\nfunc main() { println(inner.Word) }\n'


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    (folder / "inner").mkdir(parents=True)
    (folder / "go.mod").write_text("module example.test/small\n\ngo 1.26.0\n")
    (folder / "main.go").write_text(MAIN)
    # The path is in the text, so that no earlier test left it in Go's cache.
    (folder / "inner" / "inner.go").write_text(f'package inner\n\nconst Word = "{tmp_path}"\n')
    return folder


def compiler(sources: Path, emit: "list[Event]", environ: dict[str, str] | None = None) -> Compiler:
    return Compiler(find_toolchain(os.environ).go, sources, environ or dict(os.environ), emit.append)


@pytest.mark.go
def test_progress_counts_packages_missing_in_go_cache(sources: Path, tmp_path: Path) -> None:
    events: list[Event] = []

    compiler(sources, events).build(tmp_path / "binary")

    assert os.access(tmp_path / "binary", os.X_OK)
    steps = [event for event in events if isinstance(event, Compiling)]
    assert steps[0].done == 0
    assert steps[0].total >= 2
    assert steps[-1].done == steps[-1].total == steps[0].total
    assert "example.test/small/inner" in {step.package for step in steps}

    again: list[Event] = []
    compiler(sources, again).build(tmp_path / "binary")
    assert next(event.total for event in again if isinstance(event, Compiling)) < steps[0].total


@pytest.mark.go
def test_build_ignores_the_users_go_settings(sources: Path, tmp_path: Path) -> None:
    (sources.parent / "go.work").write_text("go 1.26.0\n\nuse ./elsewhere\n")
    environ = {**os.environ, "GOFLAGS": "-mod=vendor", "GOTOOLCHAIN": "go1.99.0"}

    compiler(sources, [], environ).build(tmp_path / "binary")

    assert (tmp_path / "binary").exists()


@pytest.mark.go
def test_build_failure_shows_compiler_output(sources: Path, tmp_path: Path) -> None:
    (sources / "main.go").write_text("package main\n\nfunc main() { undefined() }\n")

    with pytest.raises(SandboxError, match="undefined: undefined"):
        compiler(sources, []).build(tmp_path / "binary")

    assert not (tmp_path / "binary").exists()


@pytest.mark.go
def test_an_unreachable_module_proxy_is_named(sources: Path, tmp_path: Path) -> None:
    (sources / "go.mod").write_text(
        "module example.test/small\n\ngo 1.26.0\n\nrequire example.test/absent v1.0.0\n"
    )
    digest = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    (sources / "go.sum").write_text(
        f"example.test/absent v1.0.0 {digest}\nexample.test/absent v1.0.0/go.mod {digest}\n"
    )
    (sources / "main.go").write_text('package main\n\nimport _ "example.test/absent"\n\nfunc main() {}\n')
    environ = {**os.environ, "GOPROXY": "http://127.0.0.1:9", "GONOSUMDB": "*", "GOFLAGS": ""}

    with pytest.raises(SandboxError) as caught:
        compiler(sources, [], environ).build(tmp_path / "binary")

    assert caught.value.hint is not None
    assert "GOPROXY" in caught.value.hint


@pytest.mark.go
def test_interrupt_ends_the_compiler(sources: Path, tmp_path: Path) -> None:
    def interrupt(event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Compiler(find_toolchain(os.environ).go, sources, dict(os.environ), interrupt).build(
            tmp_path / "binary"
        )

    assert not (tmp_path / "binary").exists()


@pytest.mark.go
def test_module_files_are_stored_next_to_the_binary(sources: Path, tmp_path: Path) -> None:
    carried = ModuleFiles("example.test/small", ("inner/*.go",))
    recipe = Recipe("the small one", sources, (), (carried,))
    home = Home(tmp_path / "state", tmp_path / "cache")

    binary = built_binary(home, os.environ, no_events, recipe)

    kept = carried.folder(binary) / "inner" / "inner.go"
    assert kept.read_text() == (sources / "inner" / "inner.go").read_text()


@pytest.mark.go
def test_binary_without_module_files_is_not_cached(sources: Path, tmp_path: Path) -> None:
    recipe = Recipe("the small one", sources, (), (ModuleFiles("example.test/small", ("crds/*.yaml",)),))
    home = Home(tmp_path / "state", tmp_path / "cache")

    with pytest.raises(SandboxError, match=r"has no crds/\*\.yaml"):
        built_binary(home, os.environ, no_events, recipe)

    assert not [path for path in home.cache.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_server_version_matches_go_mod() -> None:
    assert f"k8s.io/kubernetes {KUBERNETES}\n" in (CONTROL_PLANE.sources / "go.mod").read_text()


def test_digest_depends_on_the_sources(tmp_path: Path) -> None:
    for path in CONTROL_PLANE.sources.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    copy = replace(CONTROL_PLANE, sources=tmp_path)
    assert sources_digest(copy) == sources_digest(CONTROL_PLANE)

    (tmp_path / "main.go").write_text((tmp_path / "main.go").read_text() + "\n// more\n")
    assert sources_digest(copy) != sources_digest(CONTROL_PLANE)
