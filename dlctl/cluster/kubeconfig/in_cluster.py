"""The in-cluster configuration of a process in a pod: its service account.

Rules and names: client-go, rest/config.go, InClusterConfig.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.cluster.kubeconfig.file import KubeconfigFile
from dlctl.yamlio.load import Document

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where the kubelet mounts a pod's service account."""

NAME = "in-cluster"
"""The name of the context, since there is no kubeconfig file."""

VARIABLES = "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT"
"""The variables that have the address of the API server in a pod."""


def in_cluster_file(environ: Mapping[str, str], folder: Path) -> list[KubeconfigFile]:
    """The service account as a kubeconfig with one context; empty outside a pod."""
    host = environ.get("KUBERNETES_SERVICE_HOST", "")
    port = environ.get("KUBERNETES_SERVICE_PORT", "")
    if not host or not port or not (folder / "token").is_file():
        return []
    address = f"[{host}]" if ":" in host else host
    cluster: dict[str, Any] = {"server": f"https://{address}:{port}"}
    if (folder / "ca.crt").is_file():
        cluster["certificate-authority"] = str(folder / "ca.crt")
    user = {"tokenFile": str(folder / "token")}
    context = {"cluster": NAME, "user": NAME, "namespace": _namespace(folder)}
    return [
        KubeconfigFile(
            path=folder,
            current_context=NAME,
            clusters={NAME: _entry("cluster", cluster, folder)},
            users={NAME: _entry("user", user, folder)},
            contexts={NAME: _entry("context", context, folder)},
        )
    ]


def _namespace(folder: Path) -> str:
    path = folder / "namespace"
    return path.read_text("utf-8").strip() if path.is_file() else ""


def _entry(kind: str, fields: Mapping[str, Any], folder: Path) -> Entry:
    return Entry(kind, NAME, fields, folder, Document(str(folder), "", fields))
