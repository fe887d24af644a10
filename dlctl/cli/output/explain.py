"""Explain exceptions of Python and of the operating system that reach the command line."""

import errno
from pathlib import Path

from dlctl.cli.output.streams import not_written
from dlctl.errors import DlctlError, Interrupted

_HINTS = {
    errno.ENOSPC: "free some disk space, also in the folder for temporary files, then retry",
    errno.EDQUOT: "the disk quota is exceeded: free some space, then retry",
    errno.EFBIG: "the file size limit is too low (ulimit -f)",
}


def explanation(error: BaseException) -> DlctlError | None:
    """The error to report for an exception that is not click's; None for one that is a mistake in dlctl."""
    if isinstance(error, DlctlError):
        return error
    if isinstance(error, OSError):
        return _system_error(error)
    if isinstance(error, MemoryError):
        return DlctlError("not enough memory", hint="raise the limit (ulimit -v), or select fewer objects")
    if isinstance(error, ImportError):
        return _not_loaded(error)
    if isinstance(error, RuntimeError):
        return _runtime_error(error)
    return _damaged_bytecode() if isinstance(error, EOFError) else Interrupted("interrupted")


def _not_loaded(error: ImportError) -> DlctlError | None:
    """The error for a library that is there and cannot be loaded, as with little memory."""
    if isinstance(error, ModuleNotFoundError) or not error.path:
        return None
    return DlctlError(
        f"cannot load {error.path}: {str(error).rpartition(': ')[2]}",
        hint="raise the limit of memory (ulimit -v), or install dlctl again",
    )


def _runtime_error(error: RuntimeError) -> DlctlError | None:
    if isinstance(error, RecursionError):
        return DlctlError("data is nested too deeply", hint="check files and values for endless nesting")
    if "start new thread" in str(error):
        return DlctlError(
            "cannot start another thread",
            hint="raise the limit of processes and threads (ulimit -u), or that of memory (ulimit -v)",
        )
    return None


def _system_error(error: OSError) -> DlctlError:
    if error.errno == errno.ENOSPC and not error.filename:  # written by click, such as help
        return not_written(error)
    place = f"{error.filename}: " if error.filename else ""
    return DlctlError(f"{place}{error.strerror or error}", hint=_hint(error))


def _hint(error: OSError) -> str:
    if (error.strerror or "").startswith("No usable temporary directory"):
        return "folders for temporary files are full or read-only: free some space, or name one with TMPDIR"
    return _HINTS.get(error.errno or 0, "check that the path exists, and its permissions")


def _damaged_bytecode() -> DlctlError:
    """The error for truncated bytecode, which Python may write to a full disk."""
    return DlctlError(
        "cannot load a module of dlctl: its bytecode is damaged",
        hint=f"remove the __pycache__ folders below {Path(__file__).parents[2]}",
    )
