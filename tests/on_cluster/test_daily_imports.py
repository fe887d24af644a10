"""What `diff`, `apply` and `status` import where nothing changed: no Jinja, no rich."""

import pytest

from tests.cli.imported import imported_by, third_party
from tests.cli.test_daily_imports import READING
from tests.on_cluster.app_on_cluster import AppOnCluster, config

pytestmark = pytest.mark.controlplane

ONLINE = READING | {"urllib3"}
OPTIONAL = {"backports", "brotli", "brotlicffi", "zstandard", "h2", "hpack", "hyperframe"}
"""Compression and HTTP/2, which urllib3 imports where they are installed."""


def test_modules_of_commands_on_a_cluster(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("page"))
    cluster_app.run("apply", "dev").ok()
    for words, most in (["diff", "dev"], 508), (["apply", "dev"], 528), (["status", "dev"], 502):
        project = cluster_app.project
        imported_by(words, project.environ, project.root)
        code, modules = imported_by(words, project.environ, project.root)
        assert code == 0
        assert third_party(modules) - OPTIONAL == ONLINE
        assert len(modules) <= most, modules
