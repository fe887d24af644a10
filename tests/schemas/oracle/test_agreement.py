"""What `validate` refuses, a real API server's strict dry run refuses, and the other way round.

The suite compares a sample; `make oracle-validate` compares everything. Both reports are golden files: a
disagreement that is not of a known class fails the test in either case.
"""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from dlctl.cluster.openapi import offered_documents
from dlctl.cluster.protocol import Cluster
from dlctl.schemas.catalogue import has_rules
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.keep_schemas import keep_schemas
from dlctl.yamlio.load import load_all, load_file, load_text
from tests.golden import check
from tests.prototypes.conftest import CRD
from tests.prototypes.examples import EXAMPLES
from tests.prototypes.upstream import OLD, UPSTREAM_CRDS, Upstream, connected, installable
from tests.schemas.oracle.agreement import Judges, Verdict
from tests.schemas.oracle.definitions import mutants as definition_mutants
from tests.schemas.oracle.definitions import renamed
from tests.schemas.oracle.generated import instances
from tests.schemas.oracle.mutations import FAULTS, mutants
from tests.schemas.oracle.report import KNOWN, classes, report

pytestmark = pytest.mark.controlplane

WHOLE = os.environ.get("DLCTL_ORACLE") == "whole"
EVERY_NTH_EXAMPLE, EVERY_NTH_DEFINITION = (1, 1) if WHOLE else (12, 30)
EVERY_NTH_MUTATED = 4 if WHOLE else 60
LARGEST = 400_000
"""Bytes of the longest CRD that is mutated: an API server takes seconds for the largest ones."""
OF_ONE_KIND = 40 if WHOLE else 3
"""Objects of one kind that are mutated; the others are compared as they are."""


def examples() -> Iterator[Any]:
    """The objects of the prototypes' examples, without CRDs, and without the MPI operator's own MPIJob."""
    for example in EXAMPLES[::EVERY_NTH_EXAMPLE]:
        for document in load_all(example.expected.read_text(), str(example.expected)):
            body = document.value
            if body["kind"] != CRD and body["apiVersion"] != "kubeflow.org/v2beta1":
                yield body


def made() -> Iterator[Any]:
    """Objects made from the schemas of upstream CRDs, of those that can be installed side by side."""
    files = [file for file in sorted(UPSTREAM_CRDS.glob("*/*.yaml")) if "mpi-operator" not in str(file)]
    for file in files[::EVERY_NTH_DEFINITION]:
        definition = load_file(file).value
        if definition["apiVersion"] != OLD:
            yield from instances(definition, 2)


def definitions() -> Iterator[tuple[str, Any]]:
    """Upstream CRDs, in a group that no cluster has yet."""
    files = [file for file in sorted(UPSTREAM_CRDS.glob("*/*.yaml")) if file.stat().st_size < LARGEST]
    for file in files[::EVERY_NTH_MUTATED]:
        yield file.stem, renamed(load_text(installable(file), file.name).value)


def compare_definitions(judges: Judges) -> Iterator[Verdict]:
    """The verdicts on CRDs, and on mutants of them."""
    for name, body in definitions():
        yield judges.verdict("none: CRD", (), body)
        for mutant in definition_mutants(body, name):
            yield judges.verdict(mutant.fault, mutant.path, mutant.body)


def judges_of(upstream: Upstream, bodies: Sequence[Any], folder: Path) -> Judges:
    """An API server that serves the kinds of these objects, and `validate` with its schemas."""
    cluster = connected(upstream.serving(bodies).kubeconfig)
    wanted = {body["apiVersion"] for body in bodies}
    _wait_for_documents(cluster, wanted)
    store = SchemaStore((folder,))
    return Judges(cluster, keep_schemas(cluster, store), store)


def _wait_for_documents(cluster: Cluster, wanted: set[str]) -> None:
    """The documents of new CRDs appear some time after their kinds are served."""
    served = wanted & {resource.api_version for resource in cluster.resources()}
    deadline = time.monotonic() + 60
    while missing := served - {each.api_version for each in offered_documents(cluster)}:
        assert time.monotonic() < deadline, missing
        time.sleep(0.2)


def compare(judges: Judges, bodies: Sequence[Any], fault: str) -> Iterator[Verdict]:
    """The verdicts on objects, and on their mutants where both accept the object."""
    seen: dict[str, int] = {}
    for number, body in enumerate(bodies):
        verdict = judges.verdict(fault, (), body)
        yield verdict
        seen[verdict.kind] = seen.get(verdict.kind, 0) + 1
        if verdict.server or verdict.ours or seen[verdict.kind] > OF_ONE_KIND:
            continue
        for mutant in mutants(body, tuple(FAULTS), 1, f"{verdict.kind}/{number}"):
            yield judges.verdict(mutant.fault, mutant.path, mutant.body)


def test_validate_agrees_with_the_api_server(upstream: Upstream, tmp_path: Path) -> None:
    of_prototypes, of_schemas = list(examples()), list(made())
    judges = judges_of(upstream, [*of_prototypes, *of_schemas], tmp_path)
    verdicts = [
        *compare(judges, of_prototypes, "none: example"),
        *compare(judges, of_schemas, "none: from a schema"),
        *compare_definitions(judges),
    ]

    def ruled(kind: str) -> bool:
        api_version, _, name = kind.partition(" ")
        schema = judges.catalogue.find((api_version, name))
        return schema is not None and has_rules(schema)

    found = classes(ruled, verdicts)
    title = f"validate and the strict dry run of Kubernetes {judges.index.version}"
    name = "whole" if WHOLE else "sample"
    check(report(title, verdicts, found), Path(__file__).parent / "golden" / f"{name}.txt")
    assert set(found) <= KNOWN
