"""The same kubeconfig files mean the same to kubectl and to us: choice, values, and refusal."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.cluster.kubeconfig.load import Context, load_kubeconfig
from dlctl.errors import ClusterError
from tests.cluster.kubeconfig_cases import CASES, Case
from tests.cluster.kubectl import Kubectl, selected

pytestmark = pytest.mark.controlplane
_FILES = {"cluster": ("certificate-authority",), "user": ("client-certificate", "client-key")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_choice_as_kubectl(
    case: Case, kubectl_command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _write(case, tmp_path)
    before = _snapshot(tmp_path)
    environ = {} if case.kubeconfig is None else {"KUBECONFIG": case.kubeconfig}
    kubectl = Kubectl(kubectl_command, environ, tmp_path)
    assert _ours(case, environ, tmp_path) == _theirs(case, kubectl)
    assert _snapshot(tmp_path) == before


def _write(case: Case, folder: Path) -> None:
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def _snapshot(folder: Path) -> dict[Path, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts)
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def _theirs(case: Case, kubectl: Kubectl) -> Any:
    options = ["--kubeconfig", case.explicit] if case.explicit else []
    options += ["--context", case.context] if case.context is not None else []
    view = kubectl.json(*options, "config", "view", "--minify", "--flatten", "--raw", "-o", "json")
    if view is None or not view.get("clusters"):
        return "refused"
    return selected(view)


def _ours(case: Case, environ: Mapping[str, str], home: Path) -> Any:
    try:
        explicit = Path(case.explicit) if case.explicit else None
        # kubectl takes an empty --context for none.
        return _described(load_kubeconfig(explicit, environ, home).select(case.context or None))
    except ClusterError as error:
        return "refused" if error.location or error.hint else f"no help in: {error}"


def _described(context: Context) -> dict[str, Any]:
    return {
        "context": context.name,
        "namespace": context.namespace,
        "cluster": _fields(context.cluster),
        "user": _fields(context.user) if context.user else {},
    }


def _fields(entry: Entry) -> dict[str, Any]:
    """The fields as `--flatten` shows them: the contents of files in place of their names."""
    fields = {key: value for key, value in entry.fields.items() if key not in ("extensions", "more")}
    for key in _FILES[entry.kind]:
        if fields.pop(key, None):
            fields[f"{key}-data"] = base64.b64encode(entry.read(key)).decode()
    if "insecure-skip-tls-verify" in fields:
        fields["insecure-skip-tls-verify"] = entry.flag("insecure-skip-tls-verify")
    return json.loads(json.dumps(fields))  # type: ignore[no-any-return]  # a plain copy
