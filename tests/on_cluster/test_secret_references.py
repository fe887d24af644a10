"""Secrets by reference: read when a plan is made, never by `show`, and masked everywhere."""

import base64
import json
import os
from pathlib import Path

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster

pytestmark = pytest.mark.controlplane

PATH = os.environ["PATH"]
CANARY = "canary-7f3a-of-a-reference"
TEMPLATE = """\
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {token: {{ params.token }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {url: {{ "https://u:" ~ params.token ~ "@host" }}}
"""


@pytest.fixture
def app(cluster_app: AppOnCluster) -> AppOnCluster:
    """A component with a secret string of at least eight characters."""
    token = {"type": "string", "minLength": 8, "writeOnly": True, "description": "token"}
    cluster_app.component("web", {}, token=token)
    cluster_app.template("web", TEMPLATE)
    return cluster_app


def live(app: AppOnCluster) -> str:
    return json.dumps(app.get("configmap", "c")["data"])


def test_a_variable_is_read_by_plans_alone(app: AppOnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run("param", "set", "web", "token", "{fromEnv: WEB_TOKEN}").ok()
    assert "fromEnv: WEB_TOKEN" in (app.project.root / "dlctl.yaml").read_text()
    app.run("show", "dev").ok()
    app.run("validate", "dev", "--ignore-missing-schemas")
    refused = app.run("diff", "dev")
    assert refused.code == 2
    assert "environment variable WEB_TOKEN is not set" in refused.err
    assert "dlctl.yaml:" in refused.err
    monkeypatch.setenv("WEB_TOKEN", CANARY)
    outcomes = [
        app.run("diff", "dev"),
        app.run("show", "dev", "--reveal-secrets"),
        app.run("apply", "dev").ok(),
        app.run("diff", "dev", "-o", "json"),
    ]
    assert outcomes[-1].code == 0
    assert f"https://u:{CANARY}@host" in live(app)
    monkeypatch.setenv("WEB_TOKEN", CANARY.replace("7f3a", "9b1c"))
    outcomes += [app.run("diff", "dev"), app.run("apply", "dev", "-o", "jsonl")]
    assert outcomes[-2].code == 1  # an equal secret is no difference, another one is
    assert 'token: "*** (before)"\n' in outcomes[-2].out
    assert 'token: "*** (after)"\n' in outcomes[-2].out
    assert "9b1c" in live(app)
    monkeypatch.setenv("WEB_TOKEN", "sh0rt")
    outcomes.append(app.run("diff", "dev"))
    assert outcomes[-1].code == 2
    for each in outcomes:
        assert not any(text in each.out + each.err for text in ("7f3a", "9b1c", "sh0rt"))
    kept = [path for path in app.project.root.parent.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"7f3a" in path.read_bytes() or b"9b1c" in path.read_bytes()]


def test_a_file_is_read_inside_the_app_or_by_an_absolute_path(app: AppOnCluster) -> None:
    app.project.write({"secrets/token": CANARY + "\n"})
    app.run("param", "set", "web", "token", "{fromFile: secrets/token}", "--env", "dev").ok()
    app.run("apply", "dev").ok()
    assert f"https://u:{CANARY}@host" in live(app)
    outside = app.project.root.parent / "token"
    outside.write_text(CANARY)
    app.run("param", "set", "web", "token", "{fromFile: ../token}", "--env", "dev").ok()
    refused = app.run("apply", "dev")
    assert refused.code == 1
    assert "file ../token is outside of the app" in refused.err
    app.run("param", "set", "web", "token", f"{{fromFile: {outside}}}", "--env", "dev").ok()
    assert app.run("diff", "dev").code == 0


def test_an_entry_of_a_mapping_may_stand_elsewhere(
    cluster_app: AppOnCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by itself; the reference of an environment takes the place of that of the app as a whole."""
    app = cluster_app
    app.components["keys"] = {"prototype": "secret", "params": {"entries": {"other": "0ther-canary"}}}
    app.write_app()
    app.run("param", "set", "keys", "entries.token", "{fromEnv: NOT_SET}").ok()
    assert "environment variable NOT_SET is not set" in app.run("diff", "dev").err
    app.project.write({"token": CANARY})
    app.run("param", "set", "keys", "entries.token", "{fromFile: token}", "--env", "dev").ok()
    shown = app.run("show", "dev", "--reveal-secrets").ok()
    outcomes = [app.run("diff", "dev"), app.run("apply", "dev").ok(), app.run("diff", "dev")]
    assert outcomes[-1].code == 0
    data = {key: base64.b64decode(value).decode() for key, value in app.get("secret", "keys")["data"].items()}
    assert data == {"other": "0ther-canary", "token": CANARY}
    assert CANARY not in shown.out
    for each in outcomes:
        assert not any(text in each.out + each.err for text in ("7f3a", "0ther"))


def test_a_file_of_several_lines_is_taken_whole(cluster_app: AppOnCluster) -> None:
    """OpenSSH refuses a key without its last line break."""
    app = cluster_app
    key = f"-----BEGIN A KEY-----\n{CANARY}\n-----END A KEY-----\n"
    app.project.write({"id_ed25519": key, "token": f"{CANARY}\n"})
    entries = {"ssh-privatekey": {"fromFile": "id_ed25519"}, "token": {"fromFile": "token"}}
    app.components["keys"] = {"prototype": "secret", "params": {"entries": entries}}
    app.write_app()
    both = "{token: {fromFile: token}, ssh-privatekey: {fromFile: id_ed25519}}"
    stored = app.run("param", "set", "keys", "entries", both).ok()
    assert "in plain text" not in stored.err
    assert "in plain text" in app.run("param", "set", "keys", "entries.plain", "0ther-canary").ok().err
    app.run("param", "unset", "keys", "entries.plain").ok()
    app.run("apply", "dev").ok()
    data = {
        name: base64.b64decode(value).decode() for name, value in app.get("secret", "keys")["data"].items()
    }
    assert data == {"ssh-privatekey": key, "token": CANARY}


FAKE_SOPS = """\
#!/usr/bin/env python3
# Decrypts like SOPS: `sops --decrypt FILE` prints the file without its key `sops`, where each value
# ENC[BASE64] is the text. It counts its runs, and needs the key that the variable FAKE_KEY has.
import base64, os, pathlib, re, sys
assert sys.argv[1] == "--decrypt", sys.argv
with open(os.environ["FAKE_RUNS"], "a") as runs:
    runs.write("run\\n")
if os.environ.get("FAKE_KEY") != "open":
    sys.exit("Failed to get the data key required to decrypt the SOPS file.")
text = pathlib.Path(sys.argv[2]).read_text().partition("sops:")[0]
sys.stdout.write(re.sub(r"ENC\\[(.*?)\\]", lambda each: base64.b64decode(each[1]).decode(), text))
"""


def fake_sops(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program in a folder, which is on PATH now; it has its key."""
    folder.mkdir(exist_ok=True)
    program = folder / "sops"
    program.write_text(FAKE_SOPS)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{PATH}")
    monkeypatch.setenv("FAKE_KEY", "open")
    return program


def encrypted(text: str) -> str:
    return f"ENC[{base64.b64encode(text.encode()).decode()}]"


def test_sops_decrypts_for_plans_alone(app: AppOnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    file, runs = "environments/dev/params.sops.yaml", app.project.root.parent / "runs"
    plain = f"components: {{web: {{token: {CANARY}}}}}\n"
    app.project.write({file: plain})
    refused = app.run("show", "dev")
    assert (refused.code, CANARY in refused.err) == (1, False)
    assert f"run: sops --encrypt --in-place {file}" in refused.err
    head = f"components:\n  web:\n    token: {encrypted(CANARY)}\n"
    app.project.write({file: f"{head}sops:\n  version: 3.9.0\n"})
    shown = app.run("show", "dev", "--reveal-secrets").ok()
    assert "refers to a secret that show does not read" in shown.err
    monkeypatch.setenv("PATH", str(app.project.root))
    missing = app.run("diff", "dev")
    assert missing.code == 2
    assert "no program sops on PATH install SOPS" in " ".join(missing.err.split())

    fake_sops(app.project.root.parent / "bin", monkeypatch)
    monkeypatch.setenv("FAKE_RUNS", str(runs))
    monkeypatch.setenv("FAKE_KEY", "lost")
    locked = app.run("diff", "dev")
    assert locked.code == 2
    assert "Failed to get the data key" in locked.err
    monkeypatch.setenv("FAKE_KEY", "open")
    outcomes = [app.run("apply", "dev").ok(), app.run("diff", "dev", "-o", "json").ok(), shown]
    assert f"https://u:{CANARY}@host" in live(app)
    outcomes.append(app.run("param", "list", "web", "--env", "dev").ok())
    outcomes.append(app.run("validate", "dev", "--ignore-missing-schemas"))
    assert runs.read_text().count("run") == 3  # once for each plan
    app.project.write({file: f"{head.replace('token', 'level')}sops: {{version: 3.9.0}}\n"})
    app.prototype("web", {}, level={"type": "string", "description": "no secret"})
    app.template("web", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")
    public = app.run("show", "dev")
    assert f"parameter 'level' is not secret, and cannot be read from {file}" in public.err
    assert not any(CANARY in each.out + each.err for each in (*outcomes, locked, missing, public))
    kept = [path for path in app.project.root.parent.rglob("*") if path.is_file()]
    assert not [path for path in kept if CANARY.encode() in path.read_bytes()]
