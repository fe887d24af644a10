"""`prototype describe`: what it makes and needs, parameters by group, examples."""

from tests.project import Project


def test_describe_shows_objects_groups_requirements_and_examples(project: Project) -> None:
    text = project.run("prototype", "describe", "tf-cnn").ok().out
    assert "Creates:\n  v1/ConfigMap\n  kubeflow.org/v1/TFJob" in text
    assert "kubeflow.org/v1/TFJob; prototype 'core' provides it" in text
    assert text.index("Parameters:") < text.index("shared with other prototypes, accelerators:")
    assert "cpu: dlctl prototype preview tf-cnn" in text


def test_requirements_are_readable(project: Project) -> None:
    text = " ".join(project.run("prototype", "describe", "tf-job").ok().out.split())
    labels = "nodes with the label nvidia.com/gpu.product or cloud.google.com/gke-accelerator"
    where = "num_gpus > 0 and gpu_model is set and gpu_claim is not set"
    assert f"{labels}, where {where}; prototype 'nvidia-device-plugin'" in text
    needs = project.run("prototype", "describe", "tf-job", "-o", "json").ok().json["requires"]
    labelled = [need for need in needs if need["nodeLabels"]]
    assert [need["nodeLabels"][0] for need in labelled] == ["nvidia.com/gpu.product"]
    assert labelled[0]["provider"] == "prototype 'nvidia-device-plugin'"
    assert {need["resource"] for need in needs} >= {"nvidia.com/gpu", "rdma/hca_shared_devices_a"}


def test_an_example_that_is_a_command_runs(project: Project) -> None:
    text = project.run("prototype", "describe", "tf-cnn").ok().out
    line = next(line for line in text.splitlines() if line.startswith("  cpu: dlctl "))
    assert "kind: TFJob" in project.run(*line.split()[2:]).ok().out


def test_required_parameters_come_first(project: Project) -> None:
    text = project.run("prototype", "describe", "tf-serving").ok().out
    assert text.index("Required parameters:\n  model_path") < text.index("\nParameters:")


def test_markdown_has_a_table_and_no_secret_default(project: Project) -> None:
    text = project.run("prototype", "describe", "tf-cnn", "-o", "markdown").ok().out
    assert text.startswith("# tf-job\n\n## tf-cnn\n")
    assert "| `num_workers` | integer, at least 1" in text
    assert "```yaml\nnum_gpus: 1" in text


def test_an_apps_own_prototype_without_examples(app: Project) -> None:
    text = app.run("prototype", "describe", "page").ok().out
    assert "Creates:" not in text
    assert "token" in text
