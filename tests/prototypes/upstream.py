"""The CRDs that upstream projects ship, installed on a control plane as objects need them."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dlctl.cluster.connect import connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.files.signed_files import SignedFolder
from dlctl.yamlio.dump import dump
from dlctl.yamlio.load import load_file
from tests.controlplane import ControlPlane, shared_control_plane

UPSTREAM_CRDS = Path(__file__).parents[3] / "shared" / "crds"
LEGACY_CRDS = Path(__file__).parent / "legacy"
"""Kinds without a schema of upstream's, as far as docs, talks and posts of their time show them."""
NAMESPACE = "kubeflow"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
OLD = "apiextensions.k8s.io/v1beta1"
LLM_SERVICES = "kserve/llminferenceservices.*.yaml"
VERSION = "    - additionalPrinterColumns:\n"
"""How each version begins in the definition of LLMInferenceService."""
_ANY = "{type: object, x-kubernetes-preserve-unknown-fields: true}"
_OPEN = (
    *("labels", "annotations", "template", "worker", "prefill", "router", "parallelism", "scaling"),
    *("tracing", "storageInitializer"),
)
ALPHA = f"""\
    - name: v1alpha1
      served: true
      storage: false
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                replicas: {{type: integer}}
                baseRefs: {{type: array, items: {_ANY}}}
                model:
                  type: object
                  properties:
                    uri: {{type: string}}
                    name: {{type: string}}
                    criticality: {{type: string, enum: [Critical, Standard, Sheddable]}}
                    lora: {_ANY}
""" + "".join(f"                {name}: {_ANY}\n" for name in _OPEN)
"""Its older version, of whose schema only the outermost fields and the model are here."""


class Upstream:
    """API servers that know each kind as its own project defines it."""

    def __init__(self) -> None:
        self._installed: dict[str, set[Path]] = {}

    def serving(self, bodies: Iterable[Any]) -> ControlPlane:
        """A control plane that serves the kinds of these objects, as far as upstream defines them.

        MPIJob v1 and v2beta1 are two definitions of one name, so that v2beta1 has a control plane of its own.
        """
        bodies = tuple(bodies)
        kinds = {(body["apiVersion"], body["kind"]) for body in bodies}
        mpi = ("kubeflow.org/v2beta1", "MPIJob") in kinds
        control_plane = prepared("upstream-mpi" if mpi else "upstream")
        files = {file for version, kind in kinds for file in definitions(version, kind)}
        self._install(control_plane, files - self._installed.setdefault(control_plane.name, set()))
        self._installed[control_plane.name] |= files
        _make_namespaces(control_plane, bodies)
        return control_plane

    def _install(self, control_plane: ControlPlane, files: set[Path]) -> None:
        for file in sorted(files):
            control_plane.api.apply(f"{DEFINITIONS}/{file.stem}", installable(file))
        served(control_plane, *(file.stem for file in files))


def _make_namespaces(control_plane: ControlPlane, bodies: Iterable[Any]) -> None:
    """Those among the objects, and those that objects are in: a dry run keeps none, and needs them."""
    for body in bodies:
        metadata = body["metadata"]
        name = metadata["name"] if body["kind"] == "Namespace" else metadata.get("namespace")
        if name:
            make_namespace(control_plane, name)


@cache
def make_namespace(control_plane: ControlPlane, name: str) -> None:
    """Make a namespace that stays until the session ends."""
    bare = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    control_plane.api.apply(f"/api/v1/namespaces/{name}", dump(bare))


def definitions(api_version: str, kind: str) -> Iterator[Path]:
    """The file of this kind's definition; nothing for a kind that no upstream project here defines."""
    group, _, version = api_version.rpartition("/")
    files = _index().get((group, kind), ())
    if len(files) > 1:
        files = [file for file in files if f"name: {version}\n" in file.read_text()]
    yield from files


@cache
def prepared(name: str) -> ControlPlane:
    """A control plane of the session, with the namespace of the examples."""
    control_plane = shared_control_plane(name)
    make_namespace(control_plane, NAMESPACE)
    return control_plane


def apply(control_plane: ControlPlane, *arguments: str, text: str | None = None) -> None:
    """Apply, which must succeed."""
    done = control_plane.kubectl("apply", "--server-side", "--force-conflicts", *arguments, input=text)
    assert done.returncode == 0, done.stderr


def put(control_plane: ControlPlane, bodies: Iterable[Any]) -> None:
    """Apply objects that state their namespace, each of which must be accepted."""
    cluster = connected(control_plane.kubeconfig)
    for body in bodies:
        cluster.apply(
            cluster.resource(body["apiVersion"], body["kind"]), body, force=True, field_manager="shop"
        )


@dataclass(frozen=True)
class Answer:
    """What an API server says to objects: 0 where it takes all of them, and all its complaints."""

    returncode: int
    stderr: str


def dry_run(control_plane: ControlPlane, bodies: Iterable[Any]) -> Answer:
    """Server-side apply with fieldValidation=Strict, through admission, without keeping anything."""
    cluster = connected(control_plane.kubeconfig)
    complaints: list[str] = []
    for body in map(as_template, bodies):
        try:
            resource = cluster.resource(body["apiVersion"], body["kind"])
            namespace = {"namespace": NAMESPACE} if resource.namespaced else {}
            placed = {**body, "metadata": {**namespace, **body["metadata"]}}
            cluster.apply(resource, placed, dry_run=True, force=True, field_manager="shop")
        except ClusterError as error:
            complaints.append(str(error))
    return Answer(int(bool(complaints)), "\n".join(complaints))


def as_template(body: Any) -> Any:
    """A Pod as a PodTemplate, which may name an account that is not there; other objects as they are."""
    if body["kind"] != "Pod" or body["apiVersion"] != "v1":
        return body
    head = {key: body[key] for key in ("apiVersion", "metadata")}
    rest = {key: value for key, value in body.items() if key not in ("apiVersion", "kind", "metadata")}
    return {**head, "kind": "PodTemplate", "template": rest}


def connected(kubeconfig: Path) -> Cluster:
    """One connection for all tests of a process: a program of its own for each would take a second."""
    return _connected(kubeconfig, kubeconfig.read_text())


@cache
def _connected(kubeconfig: Path, content: str) -> Cluster:
    """Made once; another sandbox of the same name has a kubeconfig of other content."""
    loaded = load_kubeconfig(kubeconfig, {}, kubeconfig.parent)
    return connect(
        loaded,
        None,
        cache=SignedFolder(
            kubeconfig.parent / "discovery-of-tests" / "discovery",
            kubeconfig.parent / "discovery-of-tests" / "cache.key",
        ),
    )


def served(control_plane: ControlPlane, *names: str) -> None:
    """Wait until the kinds of these definitions (PLURAL.GROUP) are served, and discovery says so.

    Not `kubectl wait`, which fails on a definition so new that it has no conditions at all.
    """
    deadline = time.monotonic() + 120
    while missing := {*names} - control_plane.api.resources():
        assert time.monotonic() < deadline, f"not served: {missing}"
        time.sleep(0.1)


@cache
def _index() -> dict[tuple[str, str], list[Path]]:
    """Files by group and kind, read by their first lines' shape: parsing all 21 MB takes long."""
    found: dict[tuple[str, str], list[Path]] = {}
    upstream = {*UPSTREAM_CRDS.glob("*/*.yaml")} - {*UPSTREAM_CRDS.glob(LLM_SERVICES)}
    for file in sorted((*upstream, *LEGACY_CRDS.glob("*.yaml"), *_llm_kinds())):
        text = file.read_text()
        group = re.search(r'^  group: "?([\w.-]+)', text, re.MULTILINE)
        kind = re.search(r'^    kind: "?(\w+)', text, re.MULTILINE)
        assert group, file
        assert kind, file
        found.setdefault((group[1], kind[1]), []).append(file)
    return found


def _llm_kinds() -> Iterator[Path]:
    """LLMInferenceService with the schema of its newest version alone, as each takes ten seconds, and
    LLMInferenceServiceConfig, whose spec has the same type upstream.
    """
    for file in UPSTREAM_CRDS.glob(LLM_SERVICES):
        head, _, newest = file.read_text().split(VERSION)
        assert "\n      name: v1alpha2\n" in newest
        yield _derived(file.name, f"{head}{VERSION}{newest}{ALPHA}")
        config = re.sub(r"\b(LLMInferenceService)(?=List\b|\b)", r"\1Config", head)
        config = re.sub(r"\b(llminferenceservice|llmisvc)(s?)\b", r"\1config\2", config)
        yield _derived(file.name.replace("services.", "serviceconfigs."), f"{config}{VERSION}{newest}{ALPHA}")


def _derived(name: str, text: str) -> Path:
    """A file of this content, which processes beside this one may write, too, or with another content."""
    content = hashlib.sha256(text.encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"dlctl-derived-crds-{os.getuid()}" / content
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    written = path.with_suffix(f".{os.getpid()}")
    written.write_text(text)
    return written.replace(path)


def installable(file: Path) -> str:
    """The definition without its conversion webhook, which nobody answers here, and in today's form."""
    text = file.read_text()
    if OLD not in text and "\n  conversion:" not in text:
        return text
    body = load_file(file).value
    spec = body["spec"]
    spec.pop("conversion", None)
    if body["apiVersion"] == OLD:
        body["apiVersion"] = "apiextensions.k8s.io/v1"
        body["metadata"]["annotations"] = {"api-approved.kubernetes.io": "unapproved, from before the rule"}
        version = {"name": spec.pop("version"), "served": True, "storage": True}
        spec["versions"] = [{**version, "schema": spec.pop("validation"), "subresources": {"status": {}}}]
        spec.pop("subresources", None)
    return dump(body)
