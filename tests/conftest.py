"""What every test may use: a real control plane, and a scratch app driven through the command line."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from tests.project import Project

pytest_plugins = ["tests.controlplane"]

# A time limit on examples fails on a busy machine and nowhere else.
settings.register_profile("dlctl", deadline=None)
settings.load_profile("dlctl")

# Where the suite runs in the background, SIGINT and SIGHUP are ignored, and so they would be in every
# process that a test starts and interrupts.
for _signal in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, signal.default_int_handler if _signal is signal.SIGINT else signal.SIG_DFL)

# Programs that tests start are to run as at a user's, not as the machine's own settings for Python have it:
# without buffers, what cannot be written comes to light elsewhere.
for _name in [name for name in os.environ if name.startswith("PYTHON")]:
    del os.environ[_name]

REPOSITORY = Path(__file__).resolve().parent.parent

FIRST = (
    "tests/test_architecture_page.py",
    "tests/transcript/",
    "tests/packages/test_interrupted.py",
    "tests/test_readme.py",
)
"""Files of long tests that share no sandbox: were they last, one worker would wait for them alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, all others in their order.

    No other worker takes what a worker begins with, so that no fixture of these modules is made twice.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty folder with a home of its own, in which `dlctl` is run as a user would."""
    return Project.make(tmp_path, monkeypatch)


@pytest.fixture
def app(project: Project) -> Project:
    """A project that holds the small app of `tests/project.py`."""
    project.write(SMALL_APP)
    return project


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `../shared` with upstream CRDs; tests that need it skip where it is absent."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not there: it holds the upstream CRDs that this test compares with")
    return folder


SMALL_APP: Mapping[str, str] = {
    "dlctl.yaml": """\
# our stack
apiVersion: dlctl.dev/v1
kind: App
name: small
components:
  web:   # the page
    prototype: page
    params:
      replicas: 2
""",
    "environments/dev/environment.yaml": "context: dev\nnamespace: dev-space\n",
    "environments/dev/params.yaml": "components:\n  web: {replicas: 3}\n",
    "environments/prod/environment.yaml": "context: prod\nnamespace: prod-space\n",
    "environments/prod/params.yaml": "params: {title: Production}\n",
    "prototypes/pages/page/prototype.yaml": """\
summary: A web page
description: Makes a Deployment and a ConfigMap.
params:
  replicas: {type: integer, minimum: 0, default: 1, description: How many pods., x-aliases: [numReplicas]}
  title: {type: string, default: Hello, description: What it says.}
  tags: {type: array, items: {type: string}, description: Words.}
  env_vars: {type: object, additionalProperties: {type: string}, description: Variables.}
  token: {type: string, writeOnly: true, description: A secret.}
  debug: {type: boolean, default: false, description: Say more.}
  ratio: {type: number, minimum: 0, maximum: 1, description: A share.}
  size: {type: [string, "null"], description: May be null.}
rules:
- {when: params.debug, require: params.replicas <= 5, params: [debug, replicas], message: few pods debug}
""",
    "prototypes/pages/page/templates/page.yaml.j2": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ component.name }}
data:
  title: {{ params.title }}
  tags: {{ params.tags | join(",") if params.tags else none }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ component.name }}
spec:
  replicas: {{ params.replicas }}
  selector:
    matchLabels: {app: {{ component.name }}}
  template:
    metadata:
      labels: {app: {{ component.name }}}
    spec:
      containers:
      - name: web
        image: nginx:1.27
""",
}
"""A small app with a prototype of its own, two environments and a comment here and there."""
