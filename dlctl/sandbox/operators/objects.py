"""What an operator needs in the API server: its definitions, and webhooks that reach it on loopback."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from dlctl.sandbox.ports import LOOPBACK
from dlctl.sandbox.server import Server

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"


def apply_definitions(server: Server, files: Iterable[Path]) -> tuple[str, ...]:
    """Apply files that hold one definition each and are called GROUP_PLURAL.yaml; the names of all."""
    names = []
    for file in files:
        group, _, plural = file.stem.partition("_")
        names.append(f"{plural}.{group}")
        server.apply(f"{DEFINITIONS}/{names[-1]}", file.read_bytes())
    return tuple(names)


def not_served(server: Server, names: Iterable[str]) -> int:
    """How many of these definitions the API server does not serve yet."""
    return sum(not _established(server.get(f"{DEFINITIONS}/{name}")) for name in names)


def apply_webhooks(server: Server, file: Path, name: str, port: int, authority: bytes) -> None:
    """Apply a ValidatingWebhookConfiguration with each Service in it replaced by a port on loopback."""
    configuration = yaml.safe_load(file.read_bytes())
    configuration["metadata"]["name"] = name
    for webhook in configuration["webhooks"]:
        path = webhook["clientConfig"]["service"]["path"]
        webhook["clientConfig"] = {
            "url": f"https://{LOOPBACK}:{port}{path}",
            "caBundle": base64.b64encode(authority).decode("ascii"),
        }
    server.apply(f"{WEBHOOKS}/{name}", yaml.safe_dump(configuration).encode())


def _established(definition: Any) -> bool:
    conditions = (definition or {}).get("status", {}).get("conditions") or ()
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)
