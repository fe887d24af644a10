"""Print installed packages, as a table or JSON."""

from typing import Any

from dlctl.app.model import App
from dlctl.app.package_model import Pin
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import Runtime
from dlctl.report import location_report
from dlctl.workflow.packages import environments_with


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
