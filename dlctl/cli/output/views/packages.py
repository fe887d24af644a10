"""Print installed packages, as a table or JSON."""

from collections.abc import Iterator
from typing import Any

from dlctl.app.model import App
from dlctl.app.package_model import Pin
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import Runtime
from dlctl.errors import RegistryError, joined
from dlctl.report import location_report
from dlctl.text import counted
from dlctl.workflow.packages.pins import environments_with
from dlctl.workflow.packages.read import Available, AvailablePackages, PackageContent


def print_packages(runtime: Runtime, output: TableFormat) -> None:
    """`pkg list`."""
    app = runtime.app()
    pins = tuple(app.packages.values())
    if output is TableFormat.JSON:
        write_document(runtime, "PackageList", items=[package_json(app, pin) for pin in pins])
        return
    rows = [(pin.name, pin.version, pin.commit[:12] or "-", _notes(app, pin)) for pin in pins]
    table(
        ("PACKAGE", "VERSION", "COMMIT", "NOTES"), rows, "no packages; 'dlctl pkg search' lists what there is"
    )


def package_json(app: App, pin: Pin) -> dict[str, Any]:
    """An installed package, for JSON output."""
    return {
        "name": pin.name,
        "version": pin.version,
        "commit": pin.commit or None,
        "manifest": pin.manifest or None,
        "digest": pin.digest,
        "shadow": pin.shadow,
        "dependency": pin.dependency,
        "environments": [
            {"environment": name, "version": other.version, "digest": other.digest}
            for name, other in environments_with(app, pin.name).items()
        ],
        "location": location_report(pin.location),
    }


def _notes(app: App, pin: Pin) -> str:
    notes = ["shadows built-in prototypes"] if pin.shadow else []
    notes += ["dependency"] if pin.dependency else []
    notes += [f"{name}: {other.version}" for name, other in environments_with(app, pin.name).items()]
    return ", ".join(notes)


def print_available(runtime: Runtime, found: AvailablePackages, output: TableFormat) -> None:
    """`pkg search`: what could be read; then the errors. Raises the errors of registries."""
    if output is TableFormat.JSON:
        items = [_available_json(each) for each in found.packages]
        write_document(runtime, "AvailablePackageList", items=items, errors=found.errors)
    else:
        rows = [
            (each.name, ", ".join(each.versions) or "-", each.installed or "-", each.summary)
            for each in found.packages
        ]
        table(("PACKAGE", "VERSIONS", "INSTALLED", "SUMMARY"), rows, "no packages found")
    if found.errors:
        raise joined(found.errors, RegistryError, f"{counted(len(found.errors), 'problem')} in registries")


def _available_json(each: Available) -> dict[str, Any]:
    return {
        "name": each.name,
        "registry": each.registry,
        "versions": list(each.versions),
        "installed": each.installed or None,
        "summary": each.summary,
    }


def print_package(runtime: Runtime, package: PackageContent, output: TableFormat) -> None:
    """`pkg describe`."""
    metadata, pin = package.metadata, package.pin
    if output is TableFormat.JSON:
        write_document(
            runtime,
            "Package",
            name=pin.name,
            version=pin.version,
            commit=pin.commit or None,
            manifest=pin.manifest or None,
            digest=pin.digest,
            installed=package.installed,
            summary=metadata.summary,
            minDlctl=metadata.min_dlctl or None,
            dependencies=[
                {"name": name, "range": wanted}
                for name, wanted in metadata.dependencies_of(pin.registry).items()
            ],
            prototypes=[{"name": name, "summary": text} for name, text in package.prototypes.items()],
        )
        return
    data("".join(f"{line}\n" for line in _description(package)))


def _description(package: PackageContent) -> Iterator[str]:
    metadata, pin = package.metadata, package.pin
    yield f"{pin.shown}{'' if package.installed else ' (not installed)'}"
    if metadata.summary:
        yield f"  {metadata.summary}"
    yield ""
    yield f"Digest: {pin.digest}"
    if pin.commit:
        yield f"Commit: {pin.commit}"
    if pin.manifest:
        yield f"Manifest: {pin.manifest}"
    if metadata.min_dlctl:
        yield f"Needs dlctl: {metadata.min_dlctl} or newer"
    for name, wanted in metadata.dependencies_of(pin.registry).items():
        yield f"Needs package: {name} {wanted}"
    yield ""
    yield "Prototypes:"
    for name, text in package.prototypes.items():
        yield f"  {name}  {text}"
