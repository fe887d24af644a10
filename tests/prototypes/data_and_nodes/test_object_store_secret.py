"""object-store-secret: the keys and annotations that each reader looks for."""

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.prototypes.examples import render

S3 = {"store": "s3", "access_key_id": "me", "secret_access_key": "hush"}
GS = {"store": "gs", "gcs_key": '{"type": "service_account"}'}


def secret_of(params: dict[str, Any], app: Path) -> tuple[dict[str, str], dict[str, Any], list[str]]:
    """The Secret's values and annotations, and the kinds of all objects."""
    bodies = [each.body for each in render("object-store-secret", params, app)]
    (secret,) = (body for body in bodies if body["kind"] == "Secret")
    values = {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}
    return values, secret["metadata"].get("annotations", {}), [body["kind"] for body in bodies]


@pytest.mark.parametrize(
    ("params", "values"),
    [
        ({**S3, "form": "tf-serving"}, {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "hush"}),
        ({**GS, "form": "tf-serving"}, {"key.json": GS["gcs_key"]}),
        ({**GS, "form": "tekton"}, {"service_account.json": GS["gcs_key"]}),
        ({**S3, "form": "dapr"}, {"accessKey": "me", "secretKey": "hush"}),
        ({**S3, "form": "fluid"}, {"aws.accessKeyId": "me", "aws.secretKey": "hush"}),
        ({**S3, "form": "fluid", "runtime": "juicefs"}, {"access-key": "me", "secret-key": "hush"}),
        ({"store": "huggingface", "hf_token": "hf_x"}, {"HF_TOKEN": "hf_x"}),
        ({"store": "huggingface", "hf_token": "hf_x", "key_names": {"HF_TOKEN": "token"}}, {"token": "hf_x"}),
        (
            {**S3, "endpoint": "minio:9000", "use_https": False},
            {
                "AWS_ACCESS_KEY_ID": "me",
                "AWS_SECRET_ACCESS_KEY": "hush",
                "AWS_ENDPOINT_URL": "http://minio:9000",
                "S3_ENDPOINT": "minio:9000",
                "S3_USE_HTTPS": "0",
            },
        ),
        (
            {**S3, "form": "tekton", "region": "eu", "endpoint": "minio:9000"},
            {
                "credentials": "[default]\naws_access_key_id = me\naws_secret_access_key = hush\n",
                "config": "[default]\nregion = eu\nendpoint_url = https://minio:9000\n",
            },
        ),
    ],
)
def test_the_keys_of_a_form(params: dict[str, Any], values: dict[str, str], tmp_path: Path) -> None:
    found, annotations, kinds = secret_of(params, tmp_path)
    assert (found, annotations, kinds) == (values, {}, ["Secret"])


def test_kserve_reads_annotations_and_a_service_account(tmp_path: Path) -> None:
    params = {**S3, "form": "kserve", "endpoint": "minio:9000", "use_https": False, "region": "eu"}
    values, annotations, kinds = secret_of(params, tmp_path)
    assert values == {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "hush"}
    assert annotations == {
        "serving.kserve.io/s3-endpoint": "minio:9000",
        "serving.kserve.io/s3-region": "eu",
        "serving.kserve.io/s3-usehttps": "0",
    }
    assert kinds == ["Secret", "ServiceAccount"]
    key, plain, _ = secret_of({**GS, "form": "kserve"}, tmp_path / "gs")
    assert (key, plain) == ({"gcloud-application-credentials.json": GS["gcs_key"]}, {})
