"""The option `--with` of `sandbox up` and `sandbox build`."""

from typing import Annotated

import click
import typer

from dlctl.sandbox.operators.names import NAMES
from dlctl.suggest import did_you_mean
from dlctl.text import listed


class OperatorName(click.Choice[str]):
    """The names that `--with` takes."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """The message for an unknown name, with a suggestion."""
        hint = did_you_mean(str(value), self.choices, f"operators: {listed(self.choices)}")
        return f"unknown sandbox operator '{value}'; {hint}"


Operators = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        click_type=OperatorName(NAMES),
        help="Also run these controllers: the Kubeflow training operator (v1), or Kubeflow Trainer 2 with "
        "JobSet and its runtimes. Their kinds are served, and their jobs run to completion. Can be repeated.",
    ),
]
