"""Small OpenAPI v3 documents in the form in which an API server sends them, kept for an app's environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlctl.schemas.document import KIND_KEY, REF, compacted
from dlctl.schemas.index import SchemaIndex, index_path, index_text
from dlctl.schemas.store import FOLDER, SchemaStore
from tests.project import Project

TEXT = {"type": "string", "description": "Some text."}
NUMBER = {"type": "integer", "format": "int32"}
TEXTS = {"type": "object", "additionalProperties": TEXT}
META = "io.k8s.apimachinery.pkg.apis.meta.v1."
CORE = "io.k8s.api.core.v1."


def ref(name: str) -> dict[str, Any]:
    """A reference as API servers write it."""
    return {"allOf": [{"$ref": REF + name}], "default": {}, "description": "A part."}


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    """The schema of an object."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed}


def kind(group: str, version: str, name: str, *required: str, **properties: Any) -> dict[str, Any]:
    """The schema of a kind."""
    own = fields(*required, apiVersion=TEXT, kind=TEXT, metadata=ref(f"{META}ObjectMeta"), **properties)
    return {**own, KIND_KEY: [{"group": group, "version": version, "kind": name}]}


def listed(item: Any, **extensions: Any) -> dict[str, Any]:
    """The schema of a list; underscores stand for hyphens."""
    stated = {f"x-kubernetes-{key.replace('_', '-')}": value for key, value in extensions.items()}
    return {"type": "array", "items": item, **stated}


SHARED: Mapping[str, Any] = {
    f"{META}ObjectMeta": fields(name=TEXT, namespace=TEXT, labels=TEXTS, annotations=TEXTS),
    f"{META}LabelSelector": fields(matchLabels=TEXTS),
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]},
    f"{CORE}PodTemplateSpec": fields(metadata=ref(f"{META}ObjectMeta"), spec=ref(f"{CORE}PodSpec")),
    f"{CORE}PodSpec": fields(
        "containers",
        containers=listed(ref(f"{CORE}Container"), list_type="map", list_map_keys=["name"]),
        restartPolicy={**TEXT, "enum": ["Always", "Never", "OnFailure"]},
    ),
    f"{CORE}Container": fields(
        "name",
        name=TEXT,
        image=TEXT,
        env=listed(fields("name", name=TEXT, value=TEXT), list_type="map", list_map_keys=["name"]),
        ports=listed(
            ref(f"{CORE}ContainerPort"), list_type="map", list_map_keys=["containerPort", "protocol"]
        ),
        resources=ref(f"{CORE}ResourceRequirements"),
    ),
    f"{CORE}ContainerPort": fields(
        "containerPort", containerPort=NUMBER, protocol={**TEXT, "default": "TCP", "enum": ["TCP", "UDP"]}
    ),
    f"{CORE}ResourceRequirements": fields(
        limits={
            "type": "object",
            "additionalProperties": {"$ref": f"{REF}io.k8s.apimachinery.pkg.api.resource.Quantity"},
        }
    ),
}
"""What the kinds below refer to."""

DEPLOYMENTS = {
    **SHARED,
    "io.k8s.api.apps.v1.Deployment": kind(
        "apps", "v1", "Deployment", spec=ref("io.k8s.api.apps.v1.DeploymentSpec")
    ),
    "io.k8s.api.apps.v1.DeploymentSpec": fields(
        "selector",
        "template",
        replicas=NUMBER,
        selector=ref(f"{META}LabelSelector"),
        template=ref(f"{CORE}PodTemplateSpec"),
    ),
}
JOBS = {
    **SHARED,
    "io.k8s.api.batch.v1.Job": kind("batch", "v1", "Job", spec=ref("io.k8s.api.batch.v1.JobSpec")),
    "io.k8s.api.batch.v1.JobSpec": fields("template", template=ref(f"{CORE}PodTemplateSpec")),
}
QUANTITIES = {
    "type": "object",
    "additionalProperties": {"$ref": f"{REF}io.k8s.apimachinery.pkg.api.resource.Quantity"},
}
RESOURCES = {f"{CORE}ResourceRequirements": fields(limits=QUANTITIES, requests=QUANTITIES)}
"""Requests beside limits."""
CONFIG_MAPS = {
    **SHARED,
    f"{CORE}ConfigMap": kind("", "v1", "ConfigMap", data=TEXTS),
    f"{CORE}Secret": kind(
        "",
        "v1",
        "Secret",
        data={"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
        stringData=TEXTS,
        type=TEXT,
    ),
}
CLUSTER: Mapping[str, Any] = {"apps/v1": DEPLOYMENTS, "v1": CONFIG_MAPS}
"""The documents of a cluster that serves Deployments, ConfigMaps and Secrets."""


def cache_of(project: Project) -> Path:
    """The folder of documents in the project's cache."""
    return Path(project.environ["XDG_CACHE_HOME"]) / "dlctl" / FOLDER


def keep(
    project: Project,
    environment: str = "dev",
    documents: Mapping[str, Any] = CLUSTER,
    version: str = "v1.36.3",
) -> None:
    """What `env update` leaves of a cluster that serves these documents."""
    key_file = Path(project.environ["XDG_STATE_HOME"]) / "dlctl" / "cache.key"
    store = SchemaStore((cache_of(project),), key_file)
    hashes = {api_version: f"{number:040x}" for number, api_version in enumerate(sorted(documents), 1)}
    for api_version, hashed in hashes.items():
        store.keep(hashed, compacted({"components": {"schemas": documents[api_version]}}))
    project.write({index_path(environment): index_text(SchemaIndex(version, hashes))})
