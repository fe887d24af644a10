"""A client for a server of the test's own, by a kubeconfig written for it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import ConnectOptions, connect
from dlctl.cluster.http.retry import Retry
from dlctl.cluster.kubeconfig.load import Kubeconfig, load_kubeconfig
from dlctl.cluster.protocol import Resource
from tests.cluster_cache import cache_in

CONFIG_MAPS = Resource("", "v1", "ConfigMap", "configmaps", namespaced=True)
SECRETS = Resource("", "v1", "Secret", "secrets", namespaced=True)


class Waits:
    """A sleep that takes no time and notes how long it should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)

    def retry(self) -> Retry:
        return Retry(sleep=self, chance=lambda: 0.0)


def made_kubeconfig(
    folder: Path, cluster: Mapping[str, Any], user: Mapping[str, Any] | None = None, name: str = "made"
) -> Kubeconfig:
    """A kubeconfig with one context, in a file `config` of that folder."""
    body = {
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": user or {"token": "t"}}],
    }
    path = folder / "config"
    path.write_text(json.dumps(body, indent=1))
    return load_kubeconfig(path, {}, folder)


def made_cluster(
    folder: Path,
    server: str,
    *,
    user: Mapping[str, Any] | None = None,
    cluster: Mapping[str, Any] | None = None,
    options: ConnectOptions | None = None,
) -> ApiCluster:
    kubeconfig = made_kubeconfig(folder, {"server": server, **(cluster or {})}, user)
    return connect(
        kubeconfig,
        None,
        cache=cache_in(folder / "cache"),
        options=options,
    )
