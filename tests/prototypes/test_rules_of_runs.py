"""Pipelines, image builds and searches of hyperparameters: what their controllers refuse, said before."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.examples import render

TASK = {"name": "a", "taskRef": {"name": "a"}}
TASKS = {"tasks": [TASK]}
STEP = {"name": "a", "image": "a:1"}
STEPS = {"steps": [STEP]}
CLAIM = {"persistentVolumeClaim": {"claimName": "a"}}
BUILD = {"image": "registry.example.com/a:1"}
GIT = {**BUILD, "git_url": "https://git.example.com/a"}
TRIAL = {"apiVersion": "batch/v1", "kind": "Job", "spec": {}}
SEARCH = {
    "objective_metric": "loss",
    "trial_spec": TRIAL,
    "parameters": {"lr": {"type": "double", "min": 0, "max": 1}},
}

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("tekton-pipeline", {}, "tasks are missing"),
    ("tekton-pipeline", {**TASKS, "pipeline": "existing", "pipeline_ref": "p"}, "has its tasks itself"),
    ("tekton-pipeline", {**TASKS, "pipeline": "no-run", "run_number": 2}, "are for a run"),
    ("tekton-pipeline", {**TASKS, "workspaces": [{"name": "a"}]}, "not optional"),
    ("tekton-pipeline", {**TASKS, "workspaces": [{"name": "a", **CLAIM}] * 2}, "names must be unique"),
    (
        "tekton-pipeline",
        {**TASKS, "workspaces": [{"name": "a", **CLAIM, "emptyDir": {}}]},
        "leave the others out",
    ),
    ("tekton-pipeline", {**TASKS, "pipeline_params": [{"name": "a"}] * 2}, "names must be unique"),
    ("tekton-pipeline", {**TASKS, "finally": [TASK]}, "two tasks have the same name"),
    ("tekton-pipeline", {"tasks": [{**TASK, "runAfter": ["b"]}]}, "runAfter names a task"),
    ("tekton-pipeline", {"tasks": [{**TASK, "workspaces": [{"name": "a", "workspace": "b"}]}]}, "add it to"),
    ("tekton-pipeline", {**TASKS, "task_run_specs": [{"pipelineTaskName": "b"}]}, "task_run_specs names"),
    ("tekton-pipeline", {**TASKS, "timeout": "1h"}, "field of v1beta1 alone"),
    ("tekton-task", {}, "steps are missing"),
    ("tekton-task", {**STEPS, "task": "existing", "task_ref": {"name": "a"}}, "has its steps itself"),
    ("tekton-task", {**STEPS, "task": "no-run", "timeout": "1h"}, "have no effect without one"),
    ("tekton-task", {**STEPS, "workspaces": [{"name": "a"}] * 2}, "names must be unique"),
    ("tekton-task", {**STEPS, "task_spec_params": [{"name": "a"}] * 2}, "names must be unique"),
    ("tekton-task", {**STEPS, "task_volumes": [{"name": "a", "emptyDir": {}}] * 2}, "names must be unique"),
    ("tekton-task", {"steps": [STEP] * 2}, "two steps have the same name"),
    (
        "tekton-task",
        {**STEPS, "compute_resources": {}, "step_specs": [{"name": "a", "computeResources": {}}]},
        "of all steps together",
    ),
    ("shipwright-build", {}, "image is missing"),
    ("shipwright-build", {**GIT, "build_ref": "a"}, "says itself what is built"),
    ("shipwright-build", {**GIT, "inline_build": True, "build_run": False}, "which nothing triggers"),
    ("shipwright-build", {**GIT, "build_run": False, "run_values": {"timeout": "1h"}}, "for the run of"),
    ("shipwright-build", {**GIT, "trigger_secret": "a"}, "no effect without triggers"),
    ("shipwright-build", {**GIT, "local_source": {"name": "a"}}, "set one of local_source"),
    ("shipwright-build", {**GIT, "source_prune": "Never"}, "no effect without source_image"),
    ("shipwright-build", {**GIT, "source_image": "a/b"}, "set git_url or source_image"),
    ("shipwright-build", {**BUILD, "git_revision": "main"}, "are for a repository"),
    ("shipwright-build", {**GIT, "source_secret": "a"}, "no effect without source_image"),
    ("shipwright-build", {**GIT, "build_run": False, "build_number": 1}, "are for a run"),
    ("shipwright-build", {**BUILD, "git_url": "https://me:hush@git.example.com/a"}, "put it into git_secret"),
    ("katib-experiment", {**SEARCH, "parameters": None}, "needs hyperparameters"),
    ("katib-experiment", {**SEARCH, "trial_spec": None}, "made of trial_spec or of trial_config_map"),
    ("katib-experiment", {**SEARCH, "trial_parameters": {"a": "rate"}}, "that does not exist"),
    ("katib-experiment", {**SEARCH, "trial_parameters": {"a": {"reference": "b"}}}, "that does not exist"),
    ("katib-experiment", {**SEARCH, "parallel_trial_count": 3, "max_trial_count": 2}, "not be larger"),
    ("katib-experiment", {**SEARCH, "max_failed_trial_count": 3, "max_trial_count": 2}, "not be larger"),
    ("katib-experiment", {**SEARCH, "early_stopping_settings": {"a": "b"}}, "no effect without"),
    ("katib-experiment", {**SEARCH, "additional_metrics": ["loss"]}, "recorded anyway"),
    ("katib-experiment", {**SEARCH, "trial_spec": {**TRIAL, "metadata": {"name": "a"}}}, "trial_spec"),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    stated = {name: value for name, value in params.items() if value is not None}
    with pytest.raises(ParamError) as raised:
        render(prototype, stated, tmp_path)
    assert message in words(raised.value)


@pytest.mark.parametrize(("prototype", "params"), [("tekton-pipeline", TASKS), ("shipwright-build", GIT)])
def test_a_changed_run_has_another_name(prototype: str, params: dict[str, Any], tmp_path: Path) -> None:
    number = "run_number" if prototype == "tekton-pipeline" else "build_number"
    names = [
        [each.ref.name for each in render(prototype, {**params, **more}, tmp_path / str(at))]
        for at, more in enumerate(({}, {}, {number: 2}))
    ]
    first, same, other = names
    assert first == same
    assert [a == b for a, b in zip(first, other, strict=True)] == [True, False]
