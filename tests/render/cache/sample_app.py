"""An app whose inputs can all be changed without a change of their sizes or times."""

import os
from pathlib import Path

from dlctl.app.environments import load_target
from dlctl.app.load import load_app
from dlctl.errors import DlctlError
from dlctl.files.signed_files import SignedFolder
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.registry.prototypes.store import PrototypeStore
from dlctl.render.cache.store import RenderingStore
from dlctl.render.target import Renderer
from dlctl.workflow.render import Selection, render_target
from dlctl.yamlio.dump import dump_documents

PROTOTYPE = """\
apiVersion: dlctl.dev/v1
kind: Prototype
name: {name}
summary: A sample
groups: [size]
params:
  text: {{type: string, default: one}}
  password: {{type: string, writeOnly: true}}
required: []
requires: [{{kind: example.org/v1/Widget, when: "params.size > 1"}}]
"""
FILES = {
    "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: sample\ncomponents:\n"
    "  a: {prototype: first, params: {text: one}}\n"
    "  b: {prototype: second, params: {size: 1}}\n"
    "  c: {prototype: first, name: other}\n",
    "environments/base/environment.yaml": "namespace: one\n",
    "environments/base/params.yaml": "components:\n  a: {size: 1}\n",
    "environments/dev/environment.yaml": "extends: [base]\ncontext: dev\nnamespace: one\n"
    "patches:\n  b: [{target: {kind: ConfigMap}, merge: {data: {patched: one}}}]\n",
    "environments/dev/params.yaml": "params: {size: 1}\n",
    "prototypes/own/package.yaml": "apiVersion: dlctl.dev/v1\nkind: Package\nname: own\nsummary: one\n",
    "prototypes/own/first/prototype.yaml": PROTOTYPE.format(name="first"),
    "prototypes/own/second/prototype.yaml": PROTOTYPE.format(name="second"),
    "prototypes/own/first/templates/object.yaml.j2": "apiVersion: v1\nkind: ConfigMap\n"
    'metadata: {name: {{ component.name }}, annotations: {{ fragment("notes") }} }\n'
    'data: {text: {{ params.text }}, file: {{ text("file.txt.j2") }} }\n',
    "prototypes/own/first/templates/file.txt.j2": "one\n",
    "prototypes/own/second/templates/plain.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: plain}\n",
    "prototypes/own/second/templates/object.yaml.j2": "apiVersion: v1\nkind: ConfigMap\n"
    "metadata: {name: {{ component.name }}, annotations: {size: {{ params.size | string }} } }\n"
    "data: {environment: {{ environment.namespace }}, fixed: one}\n",
    "prototypes/own/fragments/notes.yaml.j2": "{note: one}\n",
    "prototypes/own/groups/size.yaml": "params:\n  size: {type: integer, default: 1}\n",
}


class SampleApp:
    """The app in a folder; `change` switches a file between two contents."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self.folder = SignedFolder(cache / "renderings", cache / "cache.key")
        self.prototypes = SignedFolder(cache / "prototypes", cache / "cache.key")
        for name, text in FILES.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            os.utime(path, (1_000_000_000, 1_000_000_000))

    def change(self, name: str, before: str = "one", after: str = "two") -> None:
        """Write other content of the same size in place, and restore the time of the last change."""
        path = self.root / name
        text = path.read_text()
        other = text.replace(before, after) if before in text else text.replace(after, before)
        with path.open("r+") as file:
            file.write(other)
        os.utime(path, (1_000_000_000, 1_000_000_000))

    def shown(self, *, stored: bool, settings: tuple[str, ...] = ()) -> str:
        """What a new process renders, with these `--set` values: objects and requirements, or the error."""
        store = RenderingStore(self.folder) if stored else None
        try:
            app = load_app(self.root)
            prototypes = PrototypeStore(self.prototypes) if stored else None
            renderer = Renderer(catalogue_of(app.prototypes_folder, store=prototypes), store=store)
            rendering = render_target(renderer, load_target(app, "dev"), Selection(settings=settings))
        except DlctlError as error:
            return str(error)
        required = [entry.kind for part in rendering.components for entry in part.required()]
        text = dump_documents(manifest.body for manifest in rendering.manifests)
        places = [str(manifest.location) for manifest in rendering.manifests]
        renderer.store_texts(rendering, ((each, dump_documents([each.body])) for each in rendering.manifests))
        kept = [each.text for each in rendering.manifests if each.text]
        assert all(each in text for each in kept)
        return "\n".join((text, *required, *places))
