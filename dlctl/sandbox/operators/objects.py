"""Apply an operator's CRDs, and webhooks that call it on loopback."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jsonpatch
import yaml
from msgspec import Struct

from dlctl.sandbox.host.ports import LOOPBACK
from dlctl.sandbox.host.server import Server
from dlctl.sandbox.operators.model import Webhooks

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
ADMISSION = "/apis/admissionregistration.k8s.io/v1"


def apply_definitions(server: Server, files: Iterable[Path]) -> tuple[str, ...]:
    """Apply files with one CRD each, named GROUP_PLURAL.yaml; returns the names of the CRDs."""
    names = []
    for file in files:
        group, _, plural = file.stem.partition("_")
        names.append(f"{plural}.{group}")
        server.apply(f"{DEFINITIONS}/{names[-1]}", file.read_bytes())
    return tuple(names)


def not_served(server: Server, names: Iterable[str]) -> int:
    """The number of these CRDs that the API server does not serve yet."""
    wanted = set(names)
    if not wanted:
        return 0
    return len(wanted - {each["metadata"]["name"] for each in definitions(server) if _established(each)})


def definitions(server: Server) -> list[Any]:
    """Every CRD of the API server."""
    return list(server.get(DEFINITIONS)["items"])


class Endpoint(Struct, frozen=True):
    """The address of an operator's webhook server, and its CA certificate."""

    port: int
    authority: bytes

    def configuration(self, path: str) -> dict[str, str]:
        """The clientConfig of a webhook at this path."""
        authority = base64.b64encode(self.authority).decode("ascii")
        return {"url": f"https://{LOOPBACK}:{self.port}{path}", "caBundle": authority}


def apply_webhooks(server: Server, module: Path, webhooks: Webhooks, endpoint: Endpoint) -> None:
    """Apply a module's webhook configurations, with Services replaced by the endpoint."""
    for configuration in _configurations(module, webhooks):
        for webhook in configuration["webhooks"]:
            path = webhook["clientConfig"]["service"]["path"]
            webhook["clientConfig"] = endpoint.configuration(path)
        name = configuration["metadata"]["name"]
        plural = f"{configuration['kind'].lower()}s"
        server.apply(f"{ADMISSION}/{plural}/{name}", yaml.safe_dump(configuration).encode())


def _configurations(module: Path, webhooks: Webhooks) -> Iterator[dict[str, Any]]:
    """The webhook configurations with the changes of upstream's kustomization."""
    for plain in yaml.safe_load_all((module / webhooks.file).read_bytes()):
        patch = yaml.safe_load((module / webhooks.patches[plain["kind"]]).read_bytes())
        patched = jsonpatch.apply_patch(plain, patch)
        patched["metadata"]["name"] = webhooks.prefix + patched["metadata"]["name"]
        yield patched


def _established(definition: Any) -> bool:
    conditions = definition.get("status", {}).get("conditions") or ()
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)
