"""Packages beside what they are made of: built-in prototypes, and a clone of the repository."""

import shutil
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from dlctl.registry.prototypes.source import builtin_source
from tests.benchmarks.apps import DEPLOYMENT, PROTOTYPE, component_name, write_environment
from tests.benchmarks.comparison import measure, report
from tests.benchmarks.programs import DLCTL, Programs, Run
from tests.packages.git_server import commit_all
from tests.packages.registries import package, registry

ID = "6e0ac7a8-58a9-4a5f-9f6a-0a2b8b4f2f6e"
HEAD = f"apiVersion: dlctl.dev/v1\nkind: App\nname: bench\nid: {ID}\ncomponents:\n"


def test_show_from_a_package(benchmark: BenchmarkFixture, programs: Programs, tmp_path: Path) -> None:
    """The same prototype a thousand times, installed and built in."""
    folder = registry(tmp_path / "registry")
    for name in ("tf-serving", "_shared"):
        shutil.copytree(builtin_source().folder / name, folder / name)
    with (folder / "tf-serving/package.yaml").open("a") as file:
        file.write("version: 1.0.0\n")
    own = programs.folder
    built_in = Programs(tmp_path / "built-in", programs.environ)
    for each, prototype in ((own, "ours/tf-serving/tf-serving"), (built_in.folder, "tf-serving")):
        write_environment(each, "bench", "bench", "none", "")
        components = (
            f"  {component_name(index)}: {{prototype: {prototype}, params: {{model_path: gs://m/{index}}}}}\n"
            for index in range(1000)
        )
        (each / "dlctl.yaml").write_text(HEAD)
        programs_here = Programs(each, programs.environ)
        if each is own:
            programs_here.run(*DLCTL, "registry", "add", "ours", str(folder))
            programs_here.run(*DLCTL, "pkg", "install", "ours/tf-serving")
        text = (each / "dlctl.yaml").read_text()
        (each / "dlctl.yaml").write_text(text.replace("components:\n", "components:\n" + "".join(components)))
    command = (*DLCTL, "show", "bench")
    assert programs.run(*command).out == built_in.run(*command).out
    ours, floor = measure(
        benchmark,
        ("from a package", lambda: programs.run(*command)),
        ("built in", lambda: built_in.run(*command)),
        rounds=7,
    )
    report("show of 1000 components from an installed package", ours, floor, at_most=1.05)


def test_install_from_git(benchmark: BenchmarkFixture, programs: Programs, tmp_path: Path) -> None:
    """A package of a hundred prototypes, beside a clone of its repository."""
    files = {"prototype.yaml": PROTOTYPE, "templates/deployment.yaml.j2": DEPLOYMENT}
    prototypes = {f"web-{number}": files for number in range(100)}
    folder = registry(tmp_path / "registry", package("web", prototypes=prototypes))
    commit_all(folder)
    url = f"file://{folder}"
    app = programs.folder
    (app / "dlctl.yaml").write_text(HEAD)
    programs.run(*DLCTL, "registry", "add", "ours", url)
    pristine = (app / "dlctl.yaml").read_text()

    def install() -> Run:
        shutil.rmtree(app / "vendor", ignore_errors=True)
        (app / "dlctl.yaml").write_text(pristine)
        return programs.run(*DLCTL, "pkg", "install", "ours/web")

    def clone() -> Run:
        shutil.rmtree(tmp_path / "clone", ignore_errors=True)
        return programs.run("git", "clone", "--quiet", "--depth", "1", url, str(tmp_path / "clone"))

    ours, floor = measure(benchmark, ("pkg install", install), ("git clone --depth 1", clone), rounds=7)
    report("install of 100 prototypes from git", ours, floor, at_most=2, plus=0.3)
