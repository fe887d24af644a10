"""No command shows a secret's value, whatever the server says of it."""

import base64
import json

import pytest

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment, secret
from tests.project import Outcome

pytestmark = pytest.mark.controlplane

VALUE = "correct-horse-battery-staple"
OTHER = "tr0ub4dor-and-three-more"


def hidden(answer: Outcome, *values: str) -> Outcome:
    """The outcome, once it is known to show none of the values."""
    for value in (VALUE, OTHER, *values):
        assert value not in answer.out + answer.err
    return answer


def test_secret_values_are_masked_but_changes_are_visible(cluster_app: AppOnCluster) -> None:
    cluster_app.component("door", secret("door", password=VALUE, user="someone-known"))
    for words in (("show", "dev"), ("diff", "dev"), ("diff", "dev", "-o", "json"), ("apply", "dev")):
        hidden(cluster_app.run(*words), "someone-known")
    cluster_app.component("door", secret("door", password=OTHER, user="someone-known"))
    changed = hidden(cluster_app.run("diff", "dev"), "someone-known")
    assert changed.code == 1
    assert "(before)" in changed.out
    assert "(after)" in changed.out
    for words in (("diff", "dev", "-o", "json"), ("apply", "dev", "-o", "json"), ("status", "dev")):
        hidden(cluster_app.run(*words), "someone-known")
    hidden(cluster_app.run("delete", "dev", "--yes"), "someone-known")


PAGE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: page
  labels: {token: {{ params.token }}}
data:
  line: {{ "token=" ~ params.token }}
"""


def with_token(cluster_app: AppOnCluster, token: str, template: str = PAGE) -> None:
    cluster_app.component(
        "web", params={"token": token}, token={"type": "string", "writeOnly": True, "description": "A token."}
    )
    cluster_app.template("web", template)


def test_a_write_only_parameter_is_masked_everywhere(cluster_app: AppOnCluster) -> None:
    with_token(cluster_app, VALUE)
    for words in (("show", "dev"), ("diff", "dev"), ("apply", "dev"), ("status", "dev"), ("diff", "dev")):
        hidden(cluster_app.run(*words))
    assert cluster_app.get("configmap", "page")["data"] == {"line": f"token={VALUE}"}
    with_token(cluster_app, OTHER)
    assert "(before)" in hidden(cluster_app.run("diff", "dev")).out


def test_server_message_with_a_secret_is_masked(cluster_app: AppOnCluster) -> None:
    with_token(cluster_app, f"{VALUE} is no label value! {VALUE}")
    for words in (("apply", "dev"), ("apply", "dev", "-o", "json")):
        answer = hidden(cluster_app.run(*words))
        assert answer.code == 1
        assert "page" in answer.err + answer.out
    with_token(cluster_app, VALUE)
    cluster_app.run("apply", "dev").ok()
    with_token(cluster_app, f"{OTHER} is no label value!")
    for words in (("apply", "dev"), ("diff", "dev"), ("diff", "dev", "-o", "json")):
        assert hidden(cluster_app.run(*words)).code == (2 if "diff" in words else 1)


def test_invalid_base64_data_is_not_shown(cluster_app: AppOnCluster) -> None:
    broken: Body = {**secret("door"), "data": {"password": f"{VALUE}!"}}
    del broken["stringData"]
    cluster_app.component("door", broken)
    answer = hidden(cluster_app.run("apply", "dev"))
    assert answer.code == 1
    assert "Secret/door" in answer.err
    cluster_app.component("door", secret("door"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("door", broken)
    for words in (("apply", "dev"), ("diff", "dev"), ("apply", "dev", "-o", "json")):
        assert hidden(cluster_app.run(*words)).code == (2 if "diff" in words else 1)


def test_secret_in_a_numeric_field(cluster_app: AppOnCluster) -> None:
    text = json.dumps(deployment("web")).replace(
        '"spec": {"selector"', '"spec": {"replicas": {{ params.token }}, "selector"', 1
    )
    with_token(cluster_app, VALUE, text)
    answer = hidden(cluster_app.run("apply", "dev"))
    assert answer.code == 1
    assert "replicas" in answer.err


def test_conflict_about_a_secret_shows_only_the_field(cluster_app: AppOnCluster) -> None:
    cluster_app.component("door", secret("door", password=VALUE))
    cluster_app.run("apply", "dev").ok()
    theirs = {**config("door", password=base64.b64encode(OTHER.encode()).decode()), "kind": "Secret"}
    words = ("apply", "--server-side", "--force-conflicts", "--field-manager", "other", "-f", "-")
    cluster_app.kubectl(*words, body=theirs)
    for line, code in ((("diff", "dev"), 2), (("apply", "dev"), 1)):
        answer = hidden(cluster_app.run(*line))
        assert answer.code == code
        assert "other owns .data.password" in answer.out + answer.err


def test_masked_show_output_cannot_be_applied(cluster_app: AppOnCluster, control_plane: ControlPlane) -> None:
    cluster_app.component("door", secret("door", password=VALUE))
    shown = hidden(cluster_app.run("show", "dev").ok()).out
    words = ("--namespace", cluster_app.namespace, "apply", "-f", "-")
    piped = control_plane.kubectl(*words, input=shown)
    assert piped.returncode != 0
    assert cluster_app.names("secret") == []
    server_side = control_plane.kubectl(*words, "--server-side", input=shown)
    assert server_side.returncode != 0
    assert cluster_app.names("secret") == []


def test_adopting_a_secret_does_not_show_old_values(cluster_app: AppOnCluster) -> None:
    cluster_app.kubectl("create", "secret", "generic", "door", f"--from-literal=password={OTHER}")
    cluster_app.component("door", secret("door", password=VALUE), config("page"))
    for words in (("diff", "dev"), ("diff", "dev", "--adopt", "--force-conflicts"), ("apply", "dev")):
        hidden(cluster_app.run(*words))
    hidden(cluster_app.run("apply", "dev", "--adopt", "--force-conflicts").ok())


FIELDS = "dlctl.dev/secret-fields"


def test_the_list_of_secret_fields_is_written_but_is_no_difference(cluster_app: AppOnCluster) -> None:
    with_token(cluster_app, VALUE)
    cluster_app.run("apply", "dev").ok()
    metadata = cluster_app.get("configmap", "page")["metadata"]
    assert json.loads(metadata["annotations"][FIELDS]) == ["/data/line", "/metadata/labels/token"]
    cluster_app.run("apply", "dev").ok()
    assert cluster_app.get("configmap", "page")["metadata"]["resourceVersion"] == metadata["resourceVersion"]
    for command in (f"{FIELDS}-", f"{FIELDS}=[]"):
        cluster_app.kubectl("annotate", "--overwrite", "configmap", "page", command)
        same = cluster_app.run("diff", "dev").ok()
        assert same.out == ""
        assert "1 unchanged" in cluster_app.run("apply", "dev", "--force-conflicts").ok().err
        found = cluster_app.get("configmap", "page")["metadata"]["annotations"]
        assert json.loads(found[FIELDS]) == ["/data/line", "/metadata/labels/token"]


def test_an_object_without_secret_fields_lists_none(cluster_app: AppOnCluster) -> None:
    cluster_app.component("page", config("page"))
    cluster_app.component("door", secret("door", password=VALUE))
    cluster_app.run("apply", "dev").ok()
    for kind, name in (("configmap", "page"), ("secret", "door")):
        assert FIELDS not in cluster_app.get(kind, name)["metadata"].get("annotations", {})


def test_old_short_values_are_masked_by_their_place(cluster_app: AppOnCluster) -> None:
    with_token(cluster_app, "qj1", PAGE)
    cluster_app.run("apply", "dev").ok()
    with_token(cluster_app, "xy2", PAGE.replace("  line:", "  other:").replace("  labels:", "  #"))
    answer = cluster_app.run("diff", "dev")
    assert answer.code == 1
    for value in ("qj1", "xy2"):
        assert value not in answer.out
        assert value not in cluster_app.run("diff", "dev", "-o", "json").out
    assert '-  line: "***"' in answer.out
    assert '+  other: "***"' in answer.out
