"""Kubeconfig files of the sandbox, its programs and its restricted users."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from dlctl.files.replace import replace_file
from dlctl.sandbox.host.certificates import Pki

Entry = Mapping[str, Any]


def context_name(name: str) -> str:
    """The name of a sandbox's context, cluster and user in kubeconfigs."""
    return f"dlctl-{name}"


class Entries(Struct, frozen=True):
    """One cluster, one user and one context: a sandbox's entries in a kubeconfig."""

    cluster: Entry
    user: Entry
    context: Entry

    def lists(self) -> dict[str, Entry]:
        """Each entry by the key of its list, in kubectl's order."""
        return {"clusters": self.cluster, "contexts": self.context, "users": self.user}


def entries(context: str, server: str, authority: bytes, user: Mapping[str, str]) -> Entries:
    """The entries for access to `server` as `user`, all with the same name."""
    cluster = {"certificate-authority-data": _encoded(authority), "server": server}
    return Entries(
        {"name": context, "cluster": cluster},
        {"name": context, "user": dict(user)},
        {"name": context, "context": {"cluster": context, "user": context}},
    )


def by_certificate(pki: Pki, client: str) -> dict[str, str]:
    """A user with a client certificate, embedded in the kubeconfig."""
    return {
        "client-certificate-data": _encoded(pki.certificate(client).read_bytes()),
        "client-key-data": _encoded(pki.key(client).read_bytes()),
    }


def by_token(token: str) -> dict[str, str]:
    """A user with a token."""
    return {"token": token}


def document(entries: Entries) -> bytes:
    """A kubeconfig with only these entries, and its context as the current one."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        **{key: [entry] for key, entry in entries.lists().items()},
        "current-context": entries.context["name"],
    }
    return yaml.safe_dump(content, sort_keys=False).encode()


def read(path: Path) -> Entries:
    """Read the entries of a kubeconfig written by `document`."""
    content = yaml.safe_load(path.read_bytes())
    return Entries(content["clusters"][0], content["users"][0], content["contexts"][0])


def write(path: Path, entries: Entries) -> None:
    """Write a kubeconfig that only its owner can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, document(entries))


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
