"""Run the command tree, and turn every result and error into an exit code."""

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import click
import typer

from dlctl import __version__
from dlctl.cli.arguments.suggested import with_harmless_suggestions
from dlctl.cli.commands.table import LazyGroup
from dlctl.cli.json_answer import JsonAnswer, json_wanted, own_words
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.streams import data, drop_stdout, not_written, write_log
from dlctl.cli.runtime import read_runtime
from dlctl.errors import DlctlError, Interrupted, UsageError

app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        data(f"dlctl {__version__}\n")
        raise typer.Exit


@app.callback()
def _dlctl(
    ctx: typer.Context,
    directory: Annotated[
        str | None, typer.Option("--dir", metavar="PATH", help="Folder of the app; also DLCTL_DIR.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Package deep-learning workloads for Kubernetes.

    Start with 'dlctl init my-app', or inside an app with 'dlctl show ENV'.
    """
    ctx.obj = read_runtime(directory, ctx.find_object(JsonAnswer))


def invoke(words: list[str]) -> int:
    """Run one command line; never raises.

    If JSON was requested and the command fails without a document, its errors are written as one.
    """
    answer = JsonAnswer(wanted=json_wanted(words))
    try:
        return _run(words, answer)
    except Failed as failure:
        return _answered(answer, failure.errors, failure.exit_code)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        shown = with_harmless_suggestions(error)
        with contextlib.suppress(OSError):
            shown.show()
        return _answered(answer, [_of_click(shown)], shown.exit_code)
    except BrokenPipeError:
        return _closed_stdout()
    except (DlctlError, OSError, EOFError, KeyboardInterrupt) as error:
        explained = _explained(error)
        if isinstance(explained, Interrupted):
            write_log("Interrupted\n")
        else:
            report_failure(explained)
        return _answered(answer, [explained], explained.exit_code)


def _run(words: list[str], answer: JsonAnswer) -> int:
    command = typer.main.get_command(app)
    if question := os.environ.get("_DLCTL_COMPLETE"):
        from dlctl.cli.completion.scripts import answer as complete

        return complete(command, question)
    # Not command.main(): it converts interrupts and Exit to numbers, so errors would be lost.
    with command.make_context("dlctl", list(_dir_first(words)), obj=answer) as ctx:
        result = command.invoke(ctx)
    if sys.stdout is not None:
        sys.stdout.flush()
    return result if isinstance(result, int) else 0


def _answered(answer: JsonAnswer, errors: Sequence[DlctlError], code: int) -> int:
    """The exit code of a failed command; with JSON output, its errors are written to stdout first."""
    if answer.wanted:
        from dlctl.cli.output.envelope import write_failure

        try:
            write_failure(answer, errors)
        except BrokenPipeError:
            drop_stdout()
        except DlctlError as unwritten:
            report_failure(unwritten)
    return code


def _explained(error: BaseException) -> DlctlError:
    """The error to report for an exception that is not click's."""
    if isinstance(error, DlctlError):
        return error
    if isinstance(error, OSError):
        return _system_error(error)
    return _damaged_bytecode() if isinstance(error, EOFError) else Interrupted("interrupted")


def _of_click(error: click.ClickException) -> DlctlError:
    if not isinstance(error, click.UsageError):
        return DlctlError(error.format_message())
    path = error.ctx.command_path if error.ctx else "dlctl"
    return UsageError(error.format_message(), hint=f"'{path} --help' shows the usage")


def _dir_first(words: list[str]) -> list[str]:
    """Move `--dir` to the front: users may write it anywhere before `--`, as in ksonnet."""
    end = len(own_words(words))
    for index in range(end):
        if words[index] == "--dir" and index + 1 < end:
            return ["--dir", words[index + 1], *words[:index], *words[index + 2 :]]
        if words[index].startswith("--dir="):
            return [words[index], *words[:index], *words[index + 1 :]]
    return words


def _closed_stdout() -> int:
    """The reader, such as `head`, has closed the pipe: end silently, like other Unix tools."""
    drop_stdout()
    return 1


def _damaged_bytecode() -> DlctlError:
    """The error for truncated bytecode, which Python may write to a full disk."""
    return DlctlError(
        "cannot load a module of dlctl: its bytecode is damaged",
        hint=f"remove the __pycache__ folders below {Path(__file__).parents[1]}",
    )


def _system_error(error: OSError) -> DlctlError:
    if error.errno == errno.ENOSPC and not error.filename:  # written by click, such as help
        return not_written(error)
    place = f"{error.filename}: " if error.filename else ""
    return DlctlError(
        f"{place}{error.strerror or error}", hint="check that the path exists, and its permissions"
    )
