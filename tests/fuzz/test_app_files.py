"""Files of an app and its prototypes that are not what they should be: never a traceback."""

from random import Random

import pytest

from tests.fuzz.mutations import mutated_text
from tests.fuzz.seeds import blocks, name_of
from tests.project import Project

pytestmark = pytest.mark.slow

COMMANDS = (
    ("show", "dev"),
    ("show", "dev", "-o", "json"),
    ("param", "list", "--env", "dev"),
    ("param", "set", "web", "title", "new"),
    ("param", "set", "web", "env_vars.A", "b", "--env", "dev"),
    ("env", "list"),
    ("env", "diff", "dev", "prod"),
    ("component", "list"),
    ("prototype", "describe", "page"),
    ("generate", "page", "two", "--title", "x"),
    ("param", "explain", "web", "title"),
)
MORE = {
    "dlctl.yaml": """\
apiVersion: dlctl.dev/v1
kind: App
name: small
id: 123e4567-e89b-42d3-a456-426614174000
components:
  web: &web   # the page
    prototype: page
    params: {replicas: 2, tags: [a, "b"], env_vars: {A: "1"}}
    patches:
    - {target: {kind: Deployment}, merge: {spec: {paused: true}}}
    - target: {kind: Deployment}
      json: [{op: add, path: /spec/paused, value: true}]
  more: {<<: *web, name: other}
""",
    "environments/dev/params.yaml": "params:\n  title: |\n    a\n    b\ncomponents:\n  web: {replicas: 3}\n",
    "environments/dev/environment.yaml": "context: dev\nnamespace: n\nextends: [prod]\nlabels: {a: b}\n"
    "disabled: []\nprotected: false\n",
    "prototypes/pages/fragments/labels.yaml.j2": "app: {{ component.name }}\n",
    "prototypes/pages/page/templates/more.yaml.j2": """\
{% set labels = fragment("labels") %}
{% for tag in params.tags or [] %}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ component.name ~ "-" ~ loop.index }}, labels: {{ labels | merge({"tag": tag}) }}}
data: {script: {{ text("run.sh.j2", tag=tag) }}}
{% endfor %}
""",
    "prototypes/pages/page/templates/run.sh.j2": "echo {{ tag | shell }}\n"
    "{% if tag == 'a' %}\na\n{% endif %}\n",
}


@pytest.mark.parametrize("block", blocks(), ids=name_of)
def test_a_changed_file(app: Project, block: range) -> None:
    app.write(MORE)
    app.run("show", "dev").ok()
    whole = app.files()
    names = sorted(whole)
    for seed in block:
        random = Random(seed)
        changed = random.choice(names)
        text = whole[changed].decode()
        (app.root / changed).write_bytes(mutated_text(text, random))
        words = random.choice(COMMANDS)
        outcome = app.run(*words)
        shown = f"seed {seed}: {changed}: dlctl {' '.join(words)}: {outcome.code}\n{outcome.err}"
        assert outcome.code in (0, 1, 2), shown
        assert "Traceback" not in outcome.err, shown
        if outcome.code and words[:2] != ("env", "diff"):
            assert outcome.err.startswith(("Error: ", "warning: ", "note: ")), shown
        for name, content in whole.items():
            (app.root / name).write_bytes(content)
        for name in app.files().keys() - whole.keys():
            (app.root / name).unlink()
