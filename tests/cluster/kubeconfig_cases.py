"""Awkward sets of kubeconfig files: the table for the comparison with kubectl."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n"


@dataclass(frozen=True)
class Case:
    """Files by path, and how they are asked for."""

    name: str
    files: Mapping[str, str | bytes]
    kubeconfig: str | None = "config"
    explicit: str | None = None
    context: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)


def config(
    contexts: Mapping[str, tuple[str, str]] | None = None,
    *,
    current: str | None = "one",
    clusters: Mapping[str, Mapping[str, Any]] | None = None,
    users: Mapping[str, Mapping[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    contexts = {"one": ("c1", "u1")} if contexts is None else contexts
    clusters = {"c1": {"server": "https://c1.example:6443"}} if clusters is None else clusters
    users = {"u1": {"token": "t1"}} if users is None else users
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "contexts": [
            {"name": name, "context": {"cluster": cluster, "user": user}}
            for name, (cluster, user) in contexts.items()
        ],
        "clusters": [{"name": name, "cluster": fields} for name, fields in clusters.items()],
        "users": [{"name": name, "user": fields} for name, fields in users.items()],
        **more,
    }
    return body if current is None else {**body, "current-context": current}


def text(*args: Any, **kwargs: Any) -> str:
    return json.dumps(config(*args, **kwargs), indent=2)


YAML = """\
# a comment
apiVersion: v1
kind: Config
current-context: one   # another
contexts:
- name: one
  context: {cluster: c1, user: u1, namespace: team-a}
- context:
    user: 'u1'
    cluster: "c1"
  name: two
clusters:
- name: c1
  cluster:
    server: https://c1.example:6443/prefix/
    insecure-skip-tls-verify: true
users:
- {name: u1, user: {username: admin, password: "0123"}}
preferences: {}
"""

TWO = {"one": ("c1", "u1"), "two": ("c2", "u2")}
C2 = {"c2": {"server": "https://c2.example"}}
U2 = {"u2": {"token": "t2"}}
OTHER = text({"two": ("c2", "u2")}, current="two", clusters=C2, users=U2)
HIDDEN = text(
    current="one", clusters={"c1": {"server": "https://hidden.example"}}, users={"u1": {"token": "hidden"}}
)
FILES = {
    "certificate-authority": "ca.crt",
}

CASES = (
    Case("yaml", {"config": YAML}),
    Case("json", {"config": text()}),
    Case("json on one line", {"config": json.dumps(config())}),
    Case("crlf", {"config": YAML.replace("\n", "\r\n")}),
    Case("bom", {"config": b"\xef\xbb\xbf" + YAML.encode()}),
    Case("three dashes", {"config": "---\n" + YAML}),
    Case("second document", {"config": YAML + "---\nother: document\n"}),
    Case("end marker", {"config": YAML + "...\n"}),
    Case("no kind", {"config": YAML.replace("kind: Config\n", "").replace("apiVersion: v1\n", "")}),
    Case("another kind", {"config": YAML.replace("kind: Config", "kind: Pod")}),
    Case("another version", {"config": YAML.replace("apiVersion: v1", "apiVersion: v2")}),
    Case("the default file", {".kube/config": YAML}, kubeconfig=None),
    Case("KUBECONFIG is empty", {".kube/config": YAML}, kubeconfig=""),
    Case("no file at all", {}, kubeconfig=None),
    Case("two files", {"a": text(), "b": OTHER}, "a:b"),
    Case("two files the other way", {"a": text(), "b": OTHER}, "b:a"),
    Case("first has no current-context", {"a": text(current=None), "b": OTHER}, "a:b"),
    Case("first has an empty current-context", {"a": text(current=""), "b": OTHER}, "a:b"),
    Case("no current-context", {"config": text(current=None)}),
    Case("no current-context, one asked for", {"config": text(current=None)}, context="one"),
    Case("context asked for", {"a": text(), "b": OTHER}, "a:b", context="two"),
    Case("context asked for is missing", {"a": text(), "b": OTHER}, "a:b", context="three"),
    Case("an empty context asked for", {"config": text()}, context=""),
    Case("current-context is missing", {"config": text(current="three")}),
    Case("current-context of the first is in the second", {"a": text(current="two"), "b": OTHER}, "a:b"),
    Case("whole entries of the first", {"a": text(), "b": HIDDEN}, "a:b"),
    Case("whole entries of the first, reversed", {"a": text(), "b": HIDDEN}, "b:a"),
    Case(
        "fields are not merged",
        {
            "a": text(clusters={"c1": {"server": "https://a.example"}}),
            "b": text(clusters={"c1": {"server": "https://b.example", "tls-server-name": "b"}}),
        },
        "a:b",
    ),
    Case(
        "context here, cluster and user there",
        {"a": text(clusters={}, users={}), "b": text({}, current=None)},
        "a:b",
    ),
    Case("last file is empty", {"a": text(), "b": ""}, "a:b"),
    Case("first file is empty", {"a": "", "b": text()}, "a:b"),
    Case("only an empty file", {"config": ""}),
    Case("only white space", {"a": "  \n\n", "b": text()}, "a:b"),
    Case("only a comment", {"a": "# nothing\n", "b": text()}, "a:b"),
    Case(
        "null sections", {"config": text(users=None).replace('"users": [', '"preferences": null, "users": [')}
    ),
    Case("contexts are null", {"a": '{"contexts": null, "clusters": null}', "b": text()}, "a:b"),
    Case("a missing file", {"a": text()}, "nothing:a:nowhere/else"),
    Case("empty elements", {"a": text()}, "::a:"),
    Case("the same file twice", {"a": text(), "b": OTHER}, "b:a:b"),
    Case("explicit wins", {"a": text(), "b": OTHER}, "a", explicit="b"),
    Case("explicit is missing", {"a": text()}, "a", explicit="nothing"),
    Case("explicit is empty", {"a": text(), "b": ""}, "a", explicit="b"),
    Case("tilde is a plain name", {"home": text()}, "~/home"),
    Case("a folder", {"a/config": text()}, "a"),
    Case("broken yaml", {"config": "contexts: [\n"}),
    Case("a broken file beside a good one", {"a": text(), "b": "contexts: [\n"}, "a:b"),
    Case("a list", {"config": "- a\n"}),
    Case("a scalar", {"config": "just text\n"}),
    Case("contexts are a mapping", {"config": "contexts: {one: {}}\n"}),
    Case("a number for a name", {"config": YAML.replace("name: two", "name: 2")}),
    Case("a number for a token", {"config": text(users={"u1": {"token": 123}})}),
    Case("a number for a password", {"config": YAML.replace('"0123"', "123")}),
    Case("a number for a token elsewhere", {"a": text(), "b": text(users={"u2": {"token": 1}})}, "a:b"),
    Case("an unknown field", {"config": text(clusters={"c1": {"server": "https://x", "more": [1]}})}),
    Case("yes for true", {"config": YAML.replace("verify: true", "verify: yes")}),
    Case(
        "a key twice: the last one counts",
        {"config": YAML.replace("current-context: one", "current-context: two\ncurrent-context: one")},
    ),
    Case("a server twice", {"config": YAML.replace("server:", "server: https://a.example\n    server:")}),
    Case("a duplicate context", {"config": YAML.replace("name: two", "name: one")}),
    Case(
        "a duplicate cluster",
        {"config": YAML.replace("users:", "- {name: c1, cluster: {server: 'https://x'}}\nusers:")},
    ),
    Case(
        "a duplicate user",
        {"config": YAML.replace("preferences: {}", "").rstrip() + "\n- {name: u1, user: {token: x}}\n"},
    ),
    Case("a missing cluster", {"config": text({"one": ("nothing", "u1")})}),
    Case("a missing user", {"config": text({"one": ("c1", "nothing")})}),
    Case("an empty user", {"config": text({"one": ("c1", "")})}),
    Case("a user without fields", {"config": text(users={"u1": {}})}),
    Case(
        "awkward names",
        {"config": text({"ns/api-host:6443/user@x": ("c1", "u1")}, current="ns/api-host:6443/user@x")},
    ),
    Case(
        "an ARN",
        {"config": text({"arn:aws:eks:eu-west-1:1234:cluster/prod": ("c1", "u1")}, current=None)},
        context="arn:aws:eks:eu-west-1:1234:cluster/prod",
    ),
    Case("a name with spaces", {"config": text({"my cluster": ("c1", "u1")}, current="my cluster")}),
    Case("unicode names", {"config": text({"größe-😀": ("c1", "u1")}, current="größe-😀")}),
    Case("anchors", {"config": YAML.replace("{token: t1}", "&a {token: t1}")}),
    Case(
        "relative files",
        {
            "deep/er/config": text(
                clusters={"c1": {"server": "https://x", "certificate-authority": "../ca.crt"}},
                users={"u1": {"client-certificate": "pki/u.crt", "client-key": "./pki/u.key"}},
            ),
            "deep/ca.crt": CERTIFICATE,
            "deep/er/pki/u.crt": CERTIFICATE,
            "deep/er/pki/u.key": KEY,
        },
        "deep/er/config",
    ),
    Case(
        "relative files of two folders",
        {
            "a/config": text(
                {"one": ("c1", "u2")},
                clusters={"c1": {"server": "https://x", "certificate-authority": "ca.crt"}},
                users={},
            ),
            "b/config": text(
                {},
                current=None,
                clusters={},
                users={"u2": {"client-certificate": "u.crt", "client-key": "u.key"}},
            ),
            "a/ca.crt": CERTIFICATE,
            "b/u.crt": CERTIFICATE + "b",
            "b/u.key": KEY,
        },
        "a/config:b/config",
    ),
    Case(
        "a file that is missing",
        {"config": text(users={"u1": {"client-certificate": "no.crt", "client-key": "no.key"}})},
    ),
    Case(
        "proxy-url", {"config": text(clusters={"c1": {"server": "https://x", "proxy-url": "http://p:3128"}})}
    ),
    Case(
        "tls-server-name", {"config": text(clusters={"c1": {"server": "https://x", "tls-server-name": "y"}})}
    ),
    Case(
        "impersonation",
        {
            "config": text(
                users={
                    "u1": {
                        "token": "t",
                        "as": "jane",
                        "as-uid": "7",
                        "as-groups": ["a", "b"],
                        "as-user-extra": {"scopes": ["x", "y"]},
                    }
                }
            )
        },
    ),
    Case(
        "exec",
        {
            "config": text(
                users={
                    "u1": {
                        "exec": {
                            "apiVersion": "client.authentication.k8s.io/v1",
                            "command": "get-token",
                            "args": ["a"],
                            "env": [{"name": "A", "value": "b"}],
                            "interactiveMode": "Never",
                            "provideClusterInfo": True,
                        }
                    }
                }
            )
        },
    ),
)
