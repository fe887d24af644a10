"""What a newcomer gets wrong in an app's files and on the command line, and which answer that gets."""

import pytest

from tests.project import Project

HEAD = "apiVersion: dlctl.dev/v1\nkind: App\nname: small\n"


def component(text: str) -> str:
    """A dlctl.yaml with a component of `web-service` and these further lines."""
    return f"{HEAD}components:\n  web:\n    prototype: web-service\n{text}"


PARAMS = "    params:\n      image: nginx:1\n"
REPLICAS = "merge: {spec: {replicas: 2}}"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            f"    patches: {{target: {{kind: Deployment}}, {REPLICAS}}}\n",
            "dlctl.yaml:7:14: patches of component 'web' must be a list, found a mapping\n"
            "  begin each item on a line of its own with '- ', such as '- target: {kind: Deployment}'",
        ),
        (
            f"    patches:\n    - target: [Deployment]\n      {REPLICAS}\n",
            "dlctl.yaml:8:15: 'target' must be a mapping, found a list\n"
            "  write its keys on lines of their own, such as 'kind: Deployment', without '- ' before them",
        ),
        (
            "    patches:\n    - target: {kind: Deployment}\n      json: {op: remove, path: /spec/a}\n",
            "dlctl.yaml:9:13: 'json' must be a list, found a mapping\n"
            "  begin each item on a line of its own with '- ', such as '- {op: replace, path: /spec/repl",
        ),
        (  # a null that is no cause of the error
            f"{PARAMS}      service_type: null\n    patches:\n"
            f"    - target: {{kind: Job}}\n      {REPLICAS}\n",
            "dlctl.yaml:11:",
        ),
        (
            f"{PARAMS}      num_gpus: null\n",
            "dlctl.yaml:9:17: 'num_gpus' is null, and the prototype needs a value "
            "(component web, environment dev)\n"
            "  leave it out for the default; builtin:_shared/groups/accelerators.yaml:",
        ),
        (
            f"{PARAMS}      env_vars: {{TOKEN: {{fromEnv: TOKEN}}}}\n",
            "dlctl.yaml:9:17: parameter 'env_vars.TOKEN' (component web, environment dev): "
            "fromEnv and fromFile can only be used for secret parameters, and this parameter is not secret\n"
            "  write {secretKeyRef: {name: SECRET, key: KEY}} to read it from a Secret of the cluster",
        ),
        (
            "    params:\n      image: {fromEnv: IMAGE}\n",
            "dlctl.yaml:8:14: parameter 'image' (component web, environment dev): fromEnv and fromFile can "
            "only be used for secret parameters, and this parameter is not secret\n  write the value itself",
        ),
        (
            "    params:\n      image: 1.5\n",
            "dlctl.yaml:8:14: parameter 'image' (component web, environment dev): must be a string, "
            "found 1.5\n  put it in quotes: '1.5'",
        ),
    ],
)
def test_a_wrong_shape_is_named_with_its_line_and_the_right_one(
    project: Project, text: str, answer: str
) -> None:
    project.write({"dlctl.yaml": component(text), "environments/dev/environment.yaml": "context: dev\n"})
    refused = project.run("show", "dev")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"Error: {answer}"), refused.err


def test_patches_of_an_environment_stand_below_their_component(project: Project) -> None:
    environment = "environments/dev/environment.yaml"
    patch = f"{{target: {{kind: Deployment}}, {REPLICAS}}}"
    project.write({"dlctl.yaml": component(PARAMS), environment: f"context: dev\npatches: [{patch}]\n"})
    refused = project.run("show", "dev").err
    assert f"{environment}:2:10: 'patches' must be a mapping, found a list" in refused
    assert "such as 'COMPONENT: [{target: …, merge: …}]'" in refused
    project.write({environment: f"context: dev\npatches: {{web: {patch}}}\n"})
    assert "patches of component 'web' must be a list, found a mapping" in project.run("show", "dev").err


def test_a_credential_with_a_line_break_is_refused_and_not_shown(project: Project) -> None:
    """Typed, in a variable, and in a file; the line break at the end of a file is none of it."""
    app = (
        f"{HEAD}components:\n  hf:\n    prototype: object-store-secret\n    params: {{store: huggingface}}\n"
    )
    project.write(
        {"dlctl.yaml": app, "environments/dev/environment.yaml": "context: dev\n", "token": "hf_x\n"}
    )
    refused = project.run("param", "set", "hf", "hf_token", "hf_canary\nx")
    assert refused.err == (
        "Error: parameter 'hf_token' (component hf): the value has a line break, which is not allowed\n"
        "  remove it; in a file or on standard input it may be at the end\n"
    )
    assert "has a space" in project.run("param", "set", "hf", "hf_token", "hf_canary x").err
    assert "must not be empty" in project.run("param", "set", "hf", "hf_token", "").err
    project.run("param", "set", "hf", "hf_token", "{fromFile: token}").ok()
    assert "line break" not in project.run("diff", "dev").err
    project.write({"token": "hf_canary\nx\n"})
    refused = project.run("diff", "dev")
    assert "dlctl.yaml:8:44: parameter 'hf_token' (component hf, environment dev): the value" in refused.err
    assert "canary" not in refused.err


def test_explain_knows_groups_and_shared_schemas(project: Project) -> None:
    """A group's name leads to its parameters; a `$ref` is described by what it refers to."""
    sizes = "{$ref: '#/$defs/size', $defs: {size: {type: object, properties: {cpu: {type: string}}}}}"
    project.write(
        {
            "prototypes/my/groups/sizes.yaml": f"params:\n  size: {sizes}\n",
            "prototypes/my/made/prototype.yaml": "summary: Made\ngroups: [sizes]\n",
            "prototypes/my/made/templates/none.yaml": "",
            "dlctl.yaml": f"{HEAD}components:\n  one: {{prototype: made, params: {{size: {{cpu: '2'}}}}}}\n",
        }
    )
    assert "\n  object\n" in project.run("param", "explain", "one", "size").ok().out
    assert "\n  string\n" in project.run("param", "explain", "one", "size.cpu").ok().out
    assert project.run("param", "explain", "one", "sizes").err == (
        "Error: 'sizes' is a group of parameters of prototype 'made', not a parameter\n"
        "  its parameters: size\n"
    )
    assert "must be an object, found" in project.run("param", "set", "one", "size", "4").err


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "1:1: the file is empty\n  write 'apiVersion: dlctl.dev/v1' and 'kind: App'\n"),
        (
            "kind: App\nname: a\n",
            "1:1: 'apiVersion' is missing\n  write 'apiVersion: dlctl.dev/v1' and 'kind",
        ),
        ("apiVersion: dlctl.dev/v1\nkind: App\n", "1:1: 'name' is missing\n  add 'name: …'\n"),
        (
            f"{HEAD}components:\n\tweb: {{}}\n",
            "5:1: invalid YAML: found character that cannot start any token\n"
            "  there is a tab: indent with spaces\n",
        ),
        (
            f"{HEAD}components:\n  web:\n    prototype: a\n\tparams: {{}}\n",
            "7:1: invalid YAML: found a tab character that violates indentation\n"
            "  there is a tab: indent with spaces\n",
        ),
        (
            f"{HEAD}components:\n  web:\n    prototype: a\n   params: {{}}\n",
            "7:4: invalid YAML: did not find expected key\n"
            "  begin the lines of one mapping or list, which begins in line 5, in the same column\n",
        ),
        (
            f"{HEAD}components: {{web: {{}}\n",
            "5:1: invalid YAML: did not find expected ',' or '}'\n"
            "  close the bracket that is opened in line 4, or quote a value that contains ': ' or ','\n",
        ),
        (
            f"{HEAD}components:\n  web: {{prototype: a}}\n  web: {{prototype: b}}\n",
            "6:3: duplicate key 'web': already defined in line 5\n  keep one of the two\n",
        ),
        (
            f"{HEAD}components:\n  web: web-service\n",
            "5:8: component 'web' must be a mapping, found a string\n"
            "  write its keys on lines of their own, such as 'prototype: NAME', without '- ' before them\n",
        ),
        (
            f"{HEAD}environments: {{}}\n",
            "4:1: unknown field 'environments'\n"
            "  each environment has a file environments/NAME/environment.yaml, which 'dlctl env add NAME' wr",
        ),
        (
            component("    image: nginx\n"),
            "7:5: unknown field 'image'\n"
            "  known fields: prototype, name, namespace, params, patches; parameters go under 'params'\n",
        ),
        (
            component("    name: [a]\n"),
            "7:11: 'name' must be a string, found a list\n  write one string\n",
        ),
    ],
)
def test_a_mistake_in_dlctl_yaml(project: Project, text: str, answer: str) -> None:
    project.write({"dlctl.yaml": text})
    refused = project.run("component", "list")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"Error: dlctl.yaml:{answer}"), refused.err


@pytest.mark.parametrize(
    ("file", "text", "answer"),
    [
        ("environment.yaml", "protected: yes\n", "in YAML 1.2 'yes', 'no', 'on' and 'off' are strings"),
        ("environment.yaml", "params: {}\n", "parameters go in the file params.yaml beside it"),
        ("params.yaml", "web: {replicas: 2}\n", "parameters of a component go under 'components'"),
        ("params.yaml", "replicas: 2\n", "of every component go under 'params', those of one under"),
        ("params.yaml", "components: {web: {params: {}}}\n", "without 'params' above them"),
        ("params.yaml", "components: [web]\n", "such as 'NAME: {PARAMETER: VALUE}', without '- '"),
    ],
)
def test_a_mistake_in_the_files_of_an_environment(
    project: Project, file: str, text: str, answer: str
) -> None:
    path = f"environments/dev/{file}"
    project.write({"dlctl.yaml": component(PARAMS), "environments/dev/environment.yaml": "context: dev\n"})
    project.write({path: text})
    refused = project.run("param", "list", "--env", "dev")
    assert (refused.code, refused.err.startswith(f"Error: {path}:1:"), answer in refused.err) == (
        1,
        True,
        True,
    )


def test_explain_warns_of_a_value_that_is_not_valid(project: Project) -> None:
    project.write({"dlctl.yaml": component("    params: {image: a, replicas: '2', env_vars: {A: 1}}\n")})
    explained = project.run("param", "explain", "web", "replicas").ok()
    assert 'must be an integer, found "2"' in explained.err
    assert explained.err.startswith("warning: dlctl.yaml:7:34: parameter 'replicas' (component web)")
    assert project.run("param", "explain", "web", "image").ok().err == ""


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("component add web", "'dlctl generate PROTOTYPE COMPONENT' adds a component"),
        ("component describe web", "'dlctl param list COMPONENT --env ENV' lists its parameters"),
        ("env use dev", "there is no current environment: name it in each command"),
        ("env rename a b", "did you mean 'mv'?"),
        ("param get web image", "'dlctl param explain COMPONENT NAME --env ENV' shows a value"),
    ],
)
def test_a_command_of_a_noun_that_is_called_otherwise_here(project: Project, words: str, answer: str) -> None:
    refused = project.run(*words.split())
    assert (refused.code, answer in refused.err) == (2, True), refused.err


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("job cancel h1 h2", "Got unexpected extra argument 'h2'."),
        ("job cancel h1 h2 h3", "Got unexpected extra arguments 'h2 h3'."),
        ("registry add a b https://u:TOKEN@host", "Got unexpected extra argument 'https://***@host'."),
        ("job cancel h1 a=TOKEN", "Got unexpected extra argument, or a value in several words"),
        ("job submit h1 TOKEN", "Got unexpected extra argument, or a value in several words"),
        ("job submit h1 --set a=b TOKEN", "Got unexpected extra argument, or a value in several words"),
        ("param list web TOKEN", "Got unexpected extra argument, or a value in several words"),
    ],
)
def test_an_extra_argument_is_named_unless_it_may_be_a_secret(
    project: Project, words: str, answer: str
) -> None:
    refused = project.run(*words.split())
    assert (refused.code, answer in refused.err) == (2, True), refused.err
    assert "TOKEN" not in refused.err
