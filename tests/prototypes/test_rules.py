"""What no schema and no API server sees is refused, in words that say what to change."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.examples import render

IMAGE = {"image": "registry.example.com/train:1"}
MODEL = {"model_path": "gs://models/inception"}

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("tf-job", {**IMAGE, "num_masters": 0}, "needs a chief or a worker"),
    ("tf-job", {**IMAGE, "num_masters": 0, "num_ps": 2}, "parameter servers need a chief"),
    ("tf-job", {**IMAGE, "num_masters": 0, "num_evaluators": 1}, "or workers nobody writes checkpoints"),
    ("tf-cnn", {"env_vars": {"PYTHONUNBUFFERED": "0"}}, "TF_CONFIG and PYTHONUNBUFFERED are set"),
    ("tf-job", {**IMAGE, "success_policy": "AllWorkers"}, "success_policy AllWorkers needs workers"),
    ("tf-cnn", {"num_workers": 4, "num_ps": 0}, "set num_ps to 1 or more"),
    ("tf-cnn", {"variable_update": "replicated"}, "set num_ps to 0"),
    (
        "tf-cnn",
        {"variable_update": "replicated", "num_ps": 0, "num_workers": 2},
        "works with one worker only",
    ),
    ("tf-cnn", {"variable_update": "distributed_replicated", "num_ps": 0}, "needs parameter servers"),
    ("tf-serving", {**MODEL, "credentials": "secret"}, "credentials_secret"),
    ("tf-serving", {**MODEL, "credentials_secret": "keys"}, "no effect"),
    (
        "tf-serving",
        {"model_path": "/models/m", "credentials": "secret", "credentials_secret": "keys"},
        "gs://, s3:// or hdfs://",
    ),
    ("tf-serving", {"model_path": "hdfs://namenode:8020/models/m"}, "Hadoop"),
    ("core", {"jupyter_hub_service_type": "LoadBalancer"}, "anybody could log in"),
    (
        "core",
        {"jupyter_hub_authenticator": "github", "jupyter_hub_password": "opensesame"},
        "is for the dummy authenticator",
    ),
    ("core", {"jupyter_hub_admins": ["ada"]}, "log in as one of the admins"),
    ("core", {"jupyter_hub_authenticator": "iap"}, "google or generic-oauth"),
    ("core", {"jupyter_hub_authenticator": "github", "jupyter_hub_users": ["ada"]}, "put OAUTH_CLIENT_ID"),
    ("core", {"jupyter_hub_authenticator": "github", "jupyter_hub_secret": "keys"}, "nobody could log in"),
    ("core", {"jupyter_hub_authenticator": "native", "jupyter_hub_admins": ["ada"]}, "lost with the pod"),
    ("core", {"jupyter_hub_authenticator": "native", "jupyter_hub_storage": "1Gi"}, "an admin must approve"),
    ("core", {"tf_job_operator": False, "tf_job_webhook": True}, "tf_job_operator is false"),
    ("core", {"tf_job_operator": False, "tf_job_gang_scheduler": "volcano"}, "tf_job_operator is false"),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, params, tmp_path)
    assert message in _text(raised.value)


@pytest.mark.parametrize(
    ("params", "all_may"),
    [
        ({}, True),
        ({"jupyter_hub_users": ["ada"]}, False),
        (
            {
                "jupyter_hub_authenticator": "native",
                "jupyter_hub_admins": ["ada"],
                "jupyter_hub_storage": "1Gi",
            },
            True,
        ),
        (
            {
                "jupyter_hub_authenticator": "github",
                "jupyter_hub_users": ["ada"],
                "jupyter_hub_secret": "keys",
            },
            False,
        ),
        (
            {
                "jupyter_hub_authenticator": "github",
                "jupyter_hub_admins": ["ada"],
                "jupyter_hub_secret": "keys",
            },
            False,
        ),
    ],
)
def test_not_everybody_with_an_account_somewhere_may_use_the_hub(
    params: dict[str, Any], all_may: bool, tmp_path: Path
) -> None:
    (config,) = [m.body for m in render("core", params, tmp_path) if m.ref.name == "jupyterhub-config"]
    program = config["data"]["jupyterhub_config.py"]
    compile(program, "jupyterhub_config.py", "exec")
    assert ("allow_all = True" in program) == all_may


def test_parameter_servers_may_outlive_their_job(tmp_path: Path) -> None:
    """The operator does not refuse it: it is even what it does where nothing is stated."""
    params = {**IMAGE, "num_ps": 1, "clean_pod_policy": "None"}
    (job,) = render("tf-job", params, tmp_path)
    assert job.body["spec"]["runPolicy"] == {"cleanPodPolicy": "None"}


def test_rule_names_the_origin_of_the_values(tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render("tf-cnn", {"num_workers": 4, "num_ps": 0}, tmp_path)
    assert "dlctl.yaml" in _text(raised.value)


@pytest.mark.parametrize(
    ("prototype", "params", "suffix"),
    [
        ("tf-job", IMAGE, "-worker-0"),
        ("tf-job", {**IMAGE, "num_workers": 11}, "-worker-10"),
        ("tf-job", {**IMAGE, "num_evaluators": 1}, "-evaluator-0"),
        ("tf-cnn", {"num_workers": 11}, "-worker-10"),
    ],
)
def test_name_leaves_room_for_what_the_operator_appends(
    prototype: str, params: dict[str, Any], suffix: str, tmp_path: Path
) -> None:
    longest = 63 - len(suffix)
    assert render(prototype, params, tmp_path / "fits", name="n" * longest)
    with pytest.raises(ParamError, match="use a shorter --name"):
        render(prototype, params, tmp_path / "long", name="n" * (longest + 1))


@pytest.mark.parametrize(("prototype", "params"), [("tf-job", IMAGE), ("tf-cnn", {}), ("tf-serving", MODEL)])
def test_name_starts_with_a_letter(prototype: str, params: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ParamError, match="use a different --name"):
        render(prototype, params, tmp_path, name="3d")


@pytest.mark.parametrize(
    "path",
    ["gs://bucket", "gs://bucket/a/b/", "s3://bucket/m", "pvc://claim", "pvc://claim/a/b", "/models/m"],
)
def test_model_path_may_be_anywhere_that_the_server_reads(path: str, tmp_path: Path) -> None:
    assert render("tf-serving", {"model_path": path}, tmp_path)


@pytest.mark.parametrize(
    "path", ["null", "models/m", "http://host/m", "gs://bucket/", "pvc://Claim/m", "/", ""]
)
def test_model_path_that_no_server_can_read_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError, match="model_path"):
        render("tf-serving", {"model_path": path}, tmp_path)


def _text(error: ParamError) -> str:
    problems: tuple[DlctlError, ...] = error.problems or (error,)
    return "\n".join(f"{problem}: {problem.hint}" for problem in problems)
