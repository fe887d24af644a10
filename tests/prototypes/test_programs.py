"""The programs inside the objects: they are run here, as the containers would run them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dlctl.manifest import Manifest
from tests.prototypes.examples import render

BENCHMARK = "import sys; print(sys.argv[1:]); sys.exit(7)\n"
DISTRIBUTED = {
    "cluster": {
        "worker": ["cnn-worker-0.kf.svc:2222", "cnn-worker-1.kf.svc:2222"],
        "ps": ["cnn-ps-0.kf.svc:2222"],
    },
    "task": {"type": "worker", "index": 1},
    "environment": "cloud",
}
PEERS = [
    "--job_name=worker",
    "--task_index=1",
    "--ps_hosts=cnn-ps-0.kf.svc:2222",
    "--worker_hosts=cnn-worker-0.kf.svc:2222,cnn-worker-1.kf.svc:2222",
]


@pytest.mark.parametrize(
    ("tf_config", "flags"),
    [(DISTRIBUTED, PEERS), ({"cluster": {"worker": ["w-0.kf.svc:2222"]}}, []), (None, [])],
    ids=["distributed", "no parameter servers", "one pod"],
)
def test_cnn_launcher_turns_tf_config_into_flags(tf_config: Any, flags: list[str], tmp_path: Path) -> None:
    config_map = _only(render("tf-cnn", {}, tmp_path / "app"), "ConfigMap")
    (tmp_path / "launch.py").write_text(config_map.body["data"]["launch.py"])
    (tmp_path / "tf_cnn_benchmarks.py").write_text(BENCHMARK)
    environment = {"TF_CONFIG": json.dumps(tf_config)} if tf_config else {}
    done = subprocess.run(
        [sys.executable, "launch.py", "--model=trivial"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 7, done.stderr
    assert done.stdout.splitlines()[-1] == str(["--model=trivial", *flags])


class Recorder:
    """Stands for JupyterHub's configuration object: any section, any setting."""

    def __init__(self) -> None:
        self.sections: dict[str, dict[str, Any]] = {}

    def __getattr__(self, section: str) -> Any:
        return _Section(self.sections.setdefault(section, {}))


class _Section:
    _settings: dict[str, Any]

    def __init__(self, settings: dict[str, Any]) -> None:
        object.__setattr__(self, "_settings", settings)

    def __setattr__(self, name: str, value: Any) -> None:
        self._settings[name] = value


def _configured(params: dict[str, Any], app: Path) -> dict[str, dict[str, Any]]:
    config_map = _only(render("core", params, app), "ConfigMap")
    recorder = Recorder()
    exec(config_map.body["data"]["jupyterhub_config.py"], {"get_config": lambda: recorder})
    return recorder.sections


def test_hub_is_configured_for_its_pod(tmp_path: Path) -> None:
    hub = _configured({}, tmp_path)
    assert hub["JupyterHub"]["hub_connect_url"] == "http://tf-hub-0:8081"
    assert hub["Authenticator"] == {"admin_users": set(), "allow_all": True}
    assert hub["KubeSpawner"]["volume_mounts"] == [{"name": "home", "mountPath": "/home/jovyan"}]


def test_hub_without_notebook_storage_claims_none(tmp_path: Path) -> None:
    spawner = _configured({"jupyter_notebook_pvc_mount": ""}, tmp_path)["KubeSpawner"]
    assert not any(name.startswith(("storage", "volume")) for name in spawner)


def test_hub_settings_keep_hostile_text_as_text(tmp_path: Path) -> None:
    users = ["o'neil", '"""', "\n}}{{ 1 }}", "\\", "é 😀"]
    hub = _configured({"jupyter_hub_users": users, "jupyter_notebook_image": "x'\"\n"}, tmp_path)
    assert hub["Authenticator"]["allowed_users"] == set(users)
    assert "allow_all" not in hub["Authenticator"]
    assert hub["KubeSpawner"]["image"] == "x'\"\n"


def test_hub_runs_the_extra_configuration_last(tmp_path: Path) -> None:
    extra = 'c.KubeSpawner.image = "mine"\nif True:\n    c.Spawner.default_url = "/lab"\n'
    hub = _configured({"jupyter_hub_extra_config": extra}, tmp_path)
    assert hub["KubeSpawner"]["image"] == "mine"
    assert hub["Spawner"] == {"default_url": "/lab"}


def _only(manifests: tuple[Manifest, ...], kind: str) -> Manifest:
    (found,) = (manifest for manifest in manifests if manifest.ref.kind == kind)
    return found
