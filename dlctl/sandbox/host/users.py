"""The users of a sandbox: its administrator, and restricted users for testing permissions.

| user | can do |
|---|---|
| `admin` | everything (a client certificate of the group system:masters) |
| `editor` | what the default role `edit` allows, in every namespace |
| `viewer` | what the default role `view` allows, in every namespace: no Secrets, no cluster-wide kinds |
| `nobody` | only query its own permissions |
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.errors import SandboxError
from dlctl.files.replace import replace_file
from dlctl.sandbox.host.home import Folder

ADMIN = "admin"
ROLES: Mapping[str, str | None] = {"editor": "edit", "viewer": "view", "nobody": None}
"""The users with a token, and the ClusterRole of each."""


def issue_tokens(folder: Folder) -> dict[str, str]:
    """Write a static token file (token,user,uid,"groups") for kube-apiserver, and return the tokens."""
    tokens = {user: secrets.token_urlsafe(24) for user in ROLES}
    lines = [f'{token},{user},{user},"dlctl-sandbox"' for user, token in tokens.items()]
    replace_file(folder.pki / "tokens.csv", "\n".join([*lines, ""]).encode())
    return tokens


def read_tokens(folder: Folder) -> dict[str, str]:
    """The tokens written by `issue_tokens`."""
    lines = (folder.pki / "tokens.csv").read_text().splitlines()
    return {user: token for token, user, *_ in (line.split(",") for line in lines)}


def check_user(user: str) -> None:
    """Raise SandboxError for an unknown user."""
    if user != ADMIN and user not in ROLES:
        raise SandboxError(f"unknown sandbox user '{user}'", hint=f"users: {', '.join((ADMIN, *ROLES))}")


def bindings() -> Iterator[dict[str, Any]]:
    """The bindings of the users to their roles."""
    group = "rbac.authorization.k8s.io"
    for user, role in ROLES.items():
        if role:
            yield {
                "apiVersion": f"{group}/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": f"dlctl-sandbox:{user}"},
                "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
                "subjects": [{"apiGroup": group, "kind": "User", "name": user}],
            }
