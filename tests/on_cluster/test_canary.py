"""A canary in every secret: however a template changes it, whatever the server answers, nobody sees it.

The secret has several lines, quotes, tabs and double spaces. Two words of it are looked for in all that
commands print and write: in any case, backwards, and in base64 at any alignment.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.scripted_server import Answer, Seen
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, secret
from tests.on_cluster.faults import between, writes_member
from tests.project import Outcome

pytestmark = pytest.mark.controlplane

WORDS = ("Kanarie4711", "Vogel7fb2xyz")
CANARY = f"{WORDS[0]} 'is'  \"a\" <b&c>\tone\\two é\n  second line: {WORDS[1]}, end"
OTHER = CANARY.replace(WORDS[0], "Elster9922q").replace(WORDS[1], "Zeisig33kqx")
OTHERS = ("Elster9922q", "Zeisig33kqx")

CHANGED = {
    "plain": "params.word",
    "upper": "params.word | upper",
    "lower": "params.word | lower",
    "method": "params.word.upper().strip()",
    "replaced": "params.word | replace(' ', '%20')",
    "split": "params.word | split(' ') | join('+')",
    "first": "(params.word | split(' ') | first)",
    "reversed": "params.word | list | reverse | join",
    "sliced": "params.word[::-1]",
    "cut": "params.word | truncate(14)",
    "url": "'https://user:' ~ params.word ~ '@host/'",
    "base64": "params.word | b64encode",
    "basic": "'Basic ' ~ (('user:' ~ params.word) | b64encode)",
    "basic2": "('x:' ~ params.word ~ ':y') | b64encode",
    "json": "{'auth': {'password': params.word}} | json",
    "twice": "{'inner': ({'auth': ('u:' ~ params.word) | b64encode} | json)} | json",
    "shell": "params.word | shell",
    "python": "[params.word] | python",
    "text": "text('page.txt.j2', given=params.word | upper)",
    "listed": "params.many | join(';')",
    "number": "(params.pin + 1) | string",
}
CONFIG = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: page\n  annotations:\n"
    "    example.com/note: {{ params.word | upper }}\ndata:\n"
    + "".join(f"  {name}: {{{{ {expression} }}}}\n" for name, expression in CHANGED.items())
)
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: work}
spec:
  selector: {matchLabels: {app: work}}
  template:
    metadata: {labels: {app: work}}
    spec:
      containers:
        - name: main
          image: nginx
          args: [--verbose, {{ "--password=" ~ (params.word | upper) }}]
          env: {{ fragment_of_env if fragment_of_env is defined else
                  [{"name": "OPEN", "value": "yes"}, {"name": "SHUT", "value": params.word | b64encode}] }}
"""
TEXT = "# a page\npassword = {{ given | json }}\n"
PARAMS: dict[str, Any] = {
    "word": {"type": "string", "writeOnly": True},
    "many": {"type": "array", "writeOnly": True, "items": {"type": "string"}},
    "pin": {"type": "integer", "writeOnly": True},
}


def spellings(word: str) -> Iterator[str]:
    """How a word may be written, in lower case but for base64."""
    yield word.lower()
    yield word.lower()[::-1]
    for each in {word, word.upper(), word.lower(), word[::-1]}:
        for before in range(3):
            whole = base64.b64encode(bytes(before) + each.encode() + bytes(2)).decode()
            yield whole[-(-before * 8 // 6) : (before + len(each)) * 8 // 6]


def seen_in(text: str, words: tuple[str, ...] = (*WORDS, *OTHERS)) -> list[str]:
    """Where a text has one of the words in some spelling."""
    places = ((text, each) for word in words for each in {*spellings(word)})
    return [
        where[max(where.find(each) - 60, 0) : where.find(each) + 60]
        for found, each in places
        for where in (found, found.lower())
        if each in where
    ]


def quiet(app: AppOnCluster, *words: str) -> Outcome:
    """Run a command, whose output must have no canary; nor what it wrote."""
    outcome = app.run(*words)
    assert seen_in(outcome.out + outcome.err) == [], words
    own = ("dlctl.yaml", "prototypes/")
    for name, content in app.project.files().items():
        if not name.startswith(own):
            assert seen_in(content.decode("utf-8", "replace")) == [], name
    return outcome


def write(app: AppOnCluster, word: str | None, template: str = CONFIG + "---\n" + WORKLOAD) -> None:
    values = {"word": word, "many": [word, "x"], "pin": 48151623} if word is not None else {}
    app.component("web", params=values, **PARAMS)
    app.template("web", template)
    app.project.write({"prototypes/web/web/templates/page.txt.j2": TEXT})


READING = (
    "show dev",
    "show dev -o json",
    "show dev -o name",
    "show dev --output-dir out --skip-secrets",
    "diff dev",
    "diff dev -o json",
    "diff --offline dev other",
    "apply dev --dry-run",
    "apply dev --dry-run -o json",
    "status dev",
    "status dev -o json",
    "delete dev --dry-run",
    "delete dev --dry-run -o json",
    "param list",
    "param list --env dev -o json",
    "param explain web word",
    "param explain web many -o json",
    "param diff dev other",
    "env list",
    "env describe dev -o json",
    "env diff dev other",
    "component list",
    "prototype describe web",
    "node list dev",
    "cluster list",
    "env update dev",
)


def read_all(app: AppOnCluster) -> None:
    for words in READING:
        quiet(app, *words.split())


def test_the_canary_can_be_found(cluster_app: AppOnCluster) -> None:
    write(cluster_app, CANARY)
    revealed = cluster_app.run("show", "dev", "--reveal-secrets").ok().out
    page = next(yaml.safe_load_all(revealed))
    for name, text in page["data"].items():
        assert seen_in(text) or name in ("number", "cut"), name


def test_a_secret_that_templates_change(cluster_app: AppOnCluster) -> None:
    cluster_app.environment("other")
    write(cluster_app, CANARY)
    read_all(cluster_app)
    quiet(cluster_app, "apply", "dev").ok()
    assert cluster_app.get("configmap", "page")["data"]["upper"] == CANARY.upper()
    read_all(cluster_app)
    assert quiet(cluster_app, "diff", "dev").ok().out == ""


def test_a_secret_that_only_the_cluster_has(cluster_app: AppOnCluster) -> None:
    cluster_app.environment("other")
    write(cluster_app, CANARY)
    quiet(cluster_app, "apply", "dev", "-o", "json").ok()
    for word, template in (
        (OTHER, CONFIG + "---\n" + WORKLOAD),
        (None, CONFIG.split("  annotations:")[0] + "data: {open: 'yes'}\n"),
        (None, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\n"),
        (OTHER, CONFIG.replace("  plain:", "  renamed:").replace("  upper:", "  other:")),
    ):
        write(cluster_app, word, template)
        read_all(cluster_app)
        assert quiet(cluster_app, "diff", "dev").code == 1
    write(cluster_app, OTHER)
    changed = quiet(cluster_app, "diff", "dev").out
    assert "(before)" in changed
    assert "(after)" in changed
    quiet(cluster_app, "apply", "dev").ok()
    read_all(cluster_app)
    quiet(cluster_app, "delete", "dev", "--yes").ok()


def test_a_component_that_is_gone(cluster_app: AppOnCluster) -> None:
    write(cluster_app, CANARY)
    quiet(cluster_app, "apply", "dev").ok()
    cluster_app.without("web")
    for words in (
        ("diff", "dev"),
        ("status", "dev"),
        ("delete", "dev", "--dry-run"),
        ("delete", "dev", "--yes"),
    ):
        quiet(cluster_app, *words)


REFUSED = (
    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: bad}\nspec:\n  schedule: {{ EXPRESSION }}\n"
    "  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad, labels: {a: {{ EXPRESSION }}}}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ EXPRESSION }}}\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: [{port: {{ EXPRESSION }}}]}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: bad}\ndata: {a: {{ EXPRESSION }}}\n",
    "apiVersion: {{ EXPRESSION }}\nkind: ConfigMap\nmetadata: {name: bad}\n",
    "apiVersion: v1\nkind: {{ EXPRESSION }}\nmetadata: {name: bad}\n",
    "{{ EXPRESSION }}: x\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\n",
)
EXPRESSIONS = ("params.word", "params.word | upper", "params.word * 40", "'u:' ~ params.word[::-1]")


@pytest.mark.parametrize("template", REFUSED)
def test_a_secret_that_the_server_quotes(cluster_app: AppOnCluster, template: str) -> None:
    for expression in EXPRESSIONS:
        write(cluster_app, CANARY, template.replace("EXPRESSION", expression))
        for words in ("apply dev", "apply dev -o json", "diff dev", "diff dev -o json", "show dev"):
            assert quiet(cluster_app, *words.split()).code in (0, 1, 2)


def _through(app: AppOnCluster, url: str) -> None:
    """Let the context send its requests through a server of the test."""
    app.context("first", app.control_plane, cluster={"server": url})
    kubeconfig = json.loads(app.kubeconfig.read_text())
    for entry in kubeconfig["clusters"]:
        entry["cluster"] = {"server": url}
    app.kubeconfig.write_text(json.dumps(kubeconfig))


def _quoting(body: bytes, how: str, number: int) -> str:
    """What a server may write about the object that it got; each time another value is the first."""
    texts = [text for text in _strings(json.loads(body)) if text]
    turn = number % len(texts)
    texts = texts[turn:] + texts[:turn]
    forms = {
        "json": json.dumps(texts),
        "json in json": json.dumps(json.dumps(texts)),
        "open json": json.dumps(texts, ensure_ascii=False),
        "values": " | ".join(texts),
        "quoted values": json.dumps(" ".join(json.dumps(text, ensure_ascii=False) for text in texts)),
        "one line": " ".join(" ".join(texts).split()),
        "python": repr(texts),
        "base64": base64.b64encode(json.dumps(texts, ensure_ascii=False).encode()).decode(),
    }
    return "." * (97 * number % 900) + forms[how]  # so that the cut is in another place each time


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


HOW = ("json", "json in json", "open json", "values", "quoted values", "one line", "python")


@pytest.mark.parametrize("how", HOW)
def test_a_server_that_answers_with_what_it_got(cluster_app: AppOnCluster, tmp_path: Path, how: str) -> None:
    served: list[str] = []

    def fault(seen: Seen) -> Answer | None:
        if seen.method == "GET" or not writes_member(seen):
            return None
        text = _quoting(seen.body, how, len(served))
        served.append(text)
        message = f"admission webhook denied the request: {text}"
        body: Body = {"kind": "Status", "apiVersion": "v1", "reason": "Invalid", "message": message}
        if len(served) % 2:
            causes = [{"reason": "FieldValueInvalid", "field": "data", "message": message}]
            body["details"] = {"causes": causes}
        line = " ".join(text.split()).encode("ascii", "ignore").decode()
        return Answer(422, json.dumps(body), {"Warning": f"299 - {json.dumps(line)}"})

    write(cluster_app, CANARY)
    with between(cluster_app.control_plane, tmp_path, fault) as server:
        _through(cluster_app, server.url)
        for _ in range(15):
            for words in (("apply", "dev"), ("apply", "dev", "-o", "json")):
                assert quiet(cluster_app, *words).code == 1
    assert any(seen_in(text) for text in served)


def test_warnings_about_a_secret(cluster_app: AppOnCluster, tmp_path: Path) -> None:
    """A Secret's data is no parameter here: nothing but the kind tells that it is secret."""

    def fault(seen: Seen) -> Answer | None:
        if seen.method == "GET" or not writes_member(seen):
            return None
        return Answer(200, seen.body.decode(), {"Warning": f'299 - "policy: {WORDS[0]}"'})

    cluster_app.component("door", secret("door", password=WORDS[0]))
    with between(cluster_app.control_plane, tmp_path, fault) as server:
        _through(cluster_app, server.url)
        outcome = quiet(cluster_app, "apply", "dev")
    assert "warning" in outcome.err
