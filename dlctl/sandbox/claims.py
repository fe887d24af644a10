"""A simulated provisioner: creates a PersistentVolume for each claim of the sandbox's storage class.

It runs as a process of its own: `python -m dlctl.sandbox.claims SERVER PKI_FOLDER`.
"""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import urllib3

from dlctl.errors import SandboxError
from dlctl.sandbox.host.certificates import Pki
from dlctl.sandbox.host.server import Server

PROVISIONER = "sandbox.dlctl.dev/volumes"
NAME = "provisioner"
CHOSEN = "volume.kubernetes.io/storage-provisioner"
CLAIMS = "/api/v1/persistentvolumeclaims"
VOLUMES = "/api/v1/persistentvolumes"
WATCH_SECONDS = 25
PAUSE = 1.0


def storage_class(name: str) -> dict[str, Any]:
    """The StorageClass of this name, which is the default one."""
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name, "annotations": annotations},
        "provisioner": PROVISIONER,
        "volumeBindingMode": "Immediate",
    }


def volume(claim: Mapping[str, Any]) -> dict[str, Any]:
    """The volume for a claim, bound to it."""
    metadata, spec = claim["metadata"], claim["spec"]
    name = f"pvc-{metadata['uid']}"
    claimed = {key: metadata[key] for key in ("namespace", "name", "uid")}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER}},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **claimed},
            "hostPath": {"path": f"/var/lib/sandbox/{name}"},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": spec.get("storageClassName", ""),
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
    }


def serve_claims(server: Server) -> None:
    """Watch claims once: create volumes for pending ones, and delete those of deleted ones."""
    listed = server.get(CLAIMS)
    for claim in listed["items"]:
        _handle(server, "ADDED", claim)
    version = listed["metadata"]["resourceVersion"]
    query = f"watch=true&timeoutSeconds={WATCH_SECONDS}&resourceVersion={version}"
    answer = server.pool.request("GET", f"{server.url}{CLAIMS}?{query}", preload_content=False)
    rest = b""
    for part in answer.stream(None):
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            event = json.loads(line)
            _handle(server, event["type"], event["object"])


def _handle(server: Server, change: str, claim: Mapping[str, Any]) -> None:
    metadata = claim.get("metadata", {})
    if (metadata.get("annotations") or {}).get(CHOSEN) != PROVISIONER:
        return
    if change == "DELETED":
        server.request("DELETE", f"{VOLUMES}/pvc-{metadata['uid']}")
    elif not claim["spec"].get("volumeName"):
        server.request("POST", VOLUMES, volume(claim))


def main(url: str, pki: str) -> None:
    """Serve claims until the process is stopped."""
    while True:
        try:
            with Server(url, Pki(Path(pki))) as server:
                serve_claims(server)
        except (SandboxError, urllib3.exceptions.HTTPError):
            time.sleep(PAUSE)  # the API server does not respond now


if __name__ == "__main__":
    main(*sys.argv[1:])
