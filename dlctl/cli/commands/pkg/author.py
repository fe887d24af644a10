"""`dlctl pkg digest`, `dlctl pkg new` and `dlctl pkg test`."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as Xml

import typer

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.diff_view import print_diff
from dlctl.cli.runtime import Runtime
from dlctl.files.write import change_of, write
from dlctl.registry.packages.offer import package_in
from dlctl.registry.signatures.statement import statement
from dlctl.registry.sources.directory import DirectoryTree
from dlctl.text import counted
from dlctl.workflow.packages.examples import ExampleResult, Status, run_tests
from dlctl.workflow.packages.skeleton import create_package


def new_package(runtime: Runtime, path: str) -> None:
    """Create a package. Raises AppError or FileError."""
    folder = (runtime.cwd / path).absolute()
    create_package(folder, path)
    log(f"created package {folder.name} in {path}", Style.GOOD)
    log(f"next: dlctl pkg test {path}")


def print_digest(runtime: Runtime, path: str, output: TableFormat) -> None:
    """Print what the publisher of a package signs. Raises RegistryError."""
    folder = (runtime.cwd / path).absolute()
    package, content = package_in(DirectoryTree(folder.parent), folder.name)
    if output is TableFormat.JSON:
        name, version, found = package.name, package.version, content.digest
        write_document(runtime, "PackageDigest", name=name, version=version, digest=found)
    else:
        data(statement(package.name, package.version, content.digest))


def run_packages(
    runtime: Runtime, paths: Sequence[str], *, update: bool, junit: str, output: TableFormat
) -> None:
    """Test packages, print the results, and exit with 1 if a test failed or a golden file was written."""
    results = [
        (path, result)
        for path in paths
        for result in run_tests((runtime.cwd / path).absolute(), path.rstrip("/"), update=update)
    ]
    if junit:
        file = (runtime.cwd / junit).absolute()
        write([change_of(file, _junit(results))], root=file.parent)
    if output is TableFormat.JSON:
        write_document(runtime, "PackageTestList", items=[_json(path, each) for path, each in results])
    else:
        for path, result in results:
            _print(path, result)
    failed = sum(result.status is not Status.PASSED for _, result in results)
    written = sum(result.status is Status.WRITTEN for _, result in results)
    if written:
        log(
            f"{counted(written, 'golden file')} written: read the difference, then run the tests again",
            Style.WARN,
        )
    log(f"{len(results) - failed} passed, {failed} failed", Style.BAD if failed else Style.GOOD)
    if failed:
        raise typer.Exit(1)


def _print(path: str, result: ExampleResult) -> None:
    data(f"{result.status.value}: {_name(path, result)}{': ' if result.message else ''}{result.message}\n")
    if result.diff:
        print_diff(result.diff + "\n")


def _name(path: str, result: ExampleResult) -> str:
    return "/".join(filter(None, (path.rstrip("/"), result.prototype, result.example)))


def _json(path: str, result: ExampleResult) -> dict[str, object]:
    return {
        "package": path.rstrip("/"),
        "prototype": result.prototype,
        "example": result.example or None,
        "status": result.status.value,
        "message": result.message or None,
        "diff": result.diff or None,
    }


def _junit(results: Sequence[tuple[str, ExampleResult]]) -> bytes:
    """The results in JUnit's format, as CI systems read it."""
    failed = sum(result.status is not Status.PASSED for _, result in results)
    suite = Xml.Element("testsuite", name="dlctl pkg test", tests=str(len(results)), failures=str(failed))
    for path, result in results:
        name = result.example or result.prototype
        case = Xml.SubElement(suite, "testcase", classname=f"{Path(path).name}.{result.prototype}", name=name)
        if result.status is not Status.PASSED:
            Xml.SubElement(case, "failure", message=result.message).text = _xml_text(result.diff)
    text: bytes = Xml.tostring(suite, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _xml_text(text: str) -> str:
    """Text without the characters that XML cannot have."""
    return "".join(char for char in text if char in "\t\n" or char >= " ")
