"""`up --storage-class`: claims are bound to simulated volumes."""

import json

import pytest

from tests.sandbox.conftest import CommandLine


@pytest.mark.controlplane
def test_claim_of_the_default_class_is_bound_and_its_volume_deleted_with_it(sandbox: CommandLine) -> None:
    sandbox.ok("up", "--storage-class", "fast")
    spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "5Gi"}}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": spec}
    file = sandbox.root / "claim.json"
    file.write_text(json.dumps(claim))
    sandbox.ok("kubectl", "sandbox", "create", "-f", str(file))

    bound = "--for=jsonpath={.status.phase}=Bound"
    sandbox.ok("kubectl", "sandbox", "wait", bound, "pvc/data", "--timeout=60s")

    seen = json.loads(sandbox.ok("kubectl", "sandbox", "get", "pvc", "data", "-o", "json"))
    assert (seen["spec"]["storageClassName"], seen["status"]["capacity"]) == ("fast", {"storage": "5Gi"})
    sandbox.ok("kubectl", "sandbox", "delete", "pvc", "data", "--timeout=60s")
    volume = f"pv/{seen['spec']['volumeName']}"
    sandbox.ok("kubectl", "sandbox", "wait", "--for=delete", volume, "--timeout=60s")
    sandbox.ok("down")
    assert sandbox.processes() == []
    assert sandbox.files() == []
