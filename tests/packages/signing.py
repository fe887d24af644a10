"""Keys of publishers, and the signatures that they make with ssh-keygen."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.project import Project

NAMESPACE = "package@dlctl.dev"


@dataclass(frozen=True, slots=True)
class Key:
    """An SSH key: its private file; the public one lies beside it."""

    file: Path

    @property
    def public(self) -> str:
        """The line of the .pub file."""
        return self.file.with_suffix(".pub").read_text().strip()

    @property
    def fingerprint(self) -> str:
        """As ssh-keygen shows it."""
        return _run("ssh-keygen", "-l", "-f", f"{self.file}.pub").split()[1]

    def sign(self, text: str, namespace: str = NAMESPACE, certificate: Path | None = None) -> str:
        """The signature of a text, as the documentation says how to make it."""
        return _run(
            "ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(certificate or self.file), data=text
        )

    def certify(self, other: "Key", identity: str, validity: str = "+1d") -> Path:
        """A certificate of another key, by this one."""
        _run(
            "ssh-keygen",
            "-q",
            "-s",
            str(self.file),
            "-I",
            "x",
            "-n",
            identity,
            "-V",
            validity,
            f"{other.file}.pub",
        )
        return other.file.with_name(f"{other.file.name}-cert.pub")


def new_key(folder: Path, name: str, kind: str = "ed25519") -> Key:
    """A new key without passphrase."""
    _run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", str(folder / name))
    return Key(folder / name)


def _run(*words: str, data: str | None = None) -> str:
    return subprocess.run(words, input=data, capture_output=True, text=True, check=True).stdout


def sign_package(project: Project, folder: Path, key: Key, namespace: str = NAMESPACE) -> None:
    """Sign a package of a registry, and put the signature beside it."""
    text = project.run("pkg", "digest", str(folder)).ok().out
    folder.with_name(f"{folder.name}.sig").write_text(key.sign(text, namespace))


def trust(project: Project, *keys: str, required: bool = True, registry: str = "ours") -> None:
    """Write what registry `ours` trusts into dlctl.yaml, in YAML's flow style."""
    text = project.read("dlctl.yaml")
    head = f"  {registry}:\n"
    assert head in text
    project.write(
        {
            "dlctl.yaml": text.replace(
                head, f"{head}    require_signed: {str(required).lower()}\n    trusted: [{', '.join(keys)}]\n"
            )
        }
    )
