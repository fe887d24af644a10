"""Hosts that are built once for all tests, and must not be changed by one."""

from pathlib import Path

import pytest

from tests.nodes.host.hosts import HOSTS


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The root folder of each host by its name."""
    folder = tmp_path_factory.mktemp("hosts")
    for name, build in HOSTS.items():
        build(folder / name)
    return {name: folder / name for name in HOSTS}
