"""`validate` of a thousand components against what its three library calls cost alone."""

import json
import sys
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from dlctl.files.write import write
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.schemas.convert import json_schema
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.keep_schemas import keep_schemas, schema_changes
from tests.benchmarks.apps import DEPLOYMENT, write_app, write_environment
from tests.benchmarks.comparison import measure, report, report_limit
from tests.benchmarks.programs import DLCTL, Programs
from tests.benchmarks.test_show import scope_of
from tests.controlplane import ControlPlane
from tests.prototypes.upstream import connected

FLOOR = str(Path(__file__).with_name("validate_floor.py"))
COMPONENTS = 1000


def test_validate_many(benchmark: BenchmarkFixture, programs: Programs, control_plane: ControlPlane) -> None:
    write_app(programs.folder, "web", COMPONENTS)
    write_environment(programs.folder, "bench", "bench", "none", "")
    cases = programs.scratch / "cases.json"
    cases.write_text(json.dumps(_cases(programs, control_plane)))
    command = (*DLCTL, "validate", "bench")
    assert programs.run(*command).out == ""
    assert programs.run(sys.executable, FLOOR, str(cases)).out == f"0 in {COMPONENTS}\n"
    ours, floor = measure(
        benchmark,
        ("dlctl validate", lambda: programs.run(*command)),
        ("Jinja2, C parse, jsonschema-rs", lambda: programs.run(sys.executable, FLOOR, str(cases))),
        rounds=7,
    )
    report(f"validate of {COMPONENTS} components", ours, floor, at_most=2)
    report_limit(f"validate of {COMPONENTS} components, memory", programs.peak(*command), "MB", 200)


def _cases(programs: Programs, control_plane: ControlPlane) -> dict[str, object]:
    """The same objects, and the schema of the control plane, whose documents are kept in the app."""
    store = SchemaStore((programs.scratch / "store",))
    index = keep_schemas(connected(control_plane.kubeconfig), store)
    write(
        schema_changes(programs.folder, "bench", index, store, in_app=True, write=True).files,
        root=programs.folder,
    )
    found = SchemaCatalogue(index, store).find(("apps/v1", "Deployment"))
    assert found is not None
    schema = json_schema(found.name, found.document.schemas, custom=False)
    scopes = [scope_of(index) for index in range(COMPONENTS)]
    return {"template": DEPLOYMENT, "scopes": scopes, "schema": schema}
