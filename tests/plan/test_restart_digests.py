"""Digests of Secrets on the parts of an InferenceService, which are its pod templates."""

from typing import Any

from dlctl.labels import DIGEST, RESTART, RESTART_KEY
from dlctl.plan.restart import with_restart_digests
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import manifest, scope


def part(secret: str, **annotations: str) -> dict[str, Any]:
    containers = [{"name": "main", "image": "a:1", "envFrom": [{"secretRef": {"name": secret}}]}]
    return {"annotations": annotations, "containers": containers}


def test_prefill_of_an_llm_service_has_a_digest_of_its_own() -> None:
    """Its annotations, and those of the servers that decode, are beside the pods' specs."""
    where, asks = scope("ml"), {"annotations": {RESTART: "true"}}
    spec = {**asks, "template": part("a"), "prefill": {**asks, "template": part("b")}}
    head = {"apiVersion": "serving.kserve.io/v1alpha2", "kind": "LLMInferenceService"}
    service = manifest({**head, "metadata": {"name": "model"}, "spec": spec}, where)
    metadata = {"name": "model-restart-key", "annotations": {RESTART_KEY: "true"}}
    key = manifest({"apiVersion": "v1", "kind": "Secret", "metadata": metadata}, where)
    cluster = MemoryCluster(namespaces=["ml"])

    def digests() -> tuple[str, str]:
        found = with_restart_digests(cluster, (service, key)).manifests
        cluster.put(dict(found[1].body))
        body = found[0].body["spec"]
        return body["annotations"][DIGEST], body["prefill"]["annotations"][DIGEST]

    first = digests()
    metadata = {"name": "b", "namespace": "ml"}
    cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"k": "MQ=="}})
    second = digests()
    assert second[0] == first[0]
    assert second[1] != first[1]


def test_each_part_of_an_inference_service_has_a_digest_of_its_own() -> None:
    where, asks = scope("ml"), {RESTART: "true"}
    spec = {"predictor": part("a", **asks), "transformer": part("b", **asks), "explainer": part("a")}
    head = {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService"}
    service = manifest({**head, "metadata": {"name": "model"}, "spec": spec}, where)
    metadata = {"name": "model-restart-key", "annotations": {RESTART_KEY: "true"}}
    key = manifest({"apiVersion": "v1", "kind": "Secret", "metadata": metadata}, where)
    cluster = MemoryCluster(namespaces=["ml"])

    def digests() -> dict[str, str]:
        found = with_restart_digests(cluster, (service, key)).manifests
        cluster.put(dict(found[1].body))
        parts = found[0].body["spec"].items()
        return {name: each["annotations"].get(DIGEST, "") for name, each in parts}

    def put(name: str, value: str) -> None:
        metadata = {"name": name, "namespace": "ml"}
        cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"k": value}})

    put("a", "MQ==")
    put("b", "MQ==")
    first = digests()
    assert digests() == first
    put("b", "Mg==")
    second = digests()
    assert second["predictor"] == first["predictor"] != ""
    assert second["transformer"] != first["transformer"]
    assert first["explainer"] == ""
