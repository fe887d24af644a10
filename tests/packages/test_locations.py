"""What users write as the place of a registry, beside how git reads it."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlctl.errors import UsageError
from dlctl.registry.sources.git.settings import scheme_of
from dlctl.registry.sources.location import GitPlace, git_place, parse_location
from dlctl.registry.sources.oci.place import OciPlace, parse_place

GITHUB = "https://github.com/google/kubeflow"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github.com/google/kubeflow", GitPlace(GITHUB)),
        (
            "github.com/google/kubeflow/tree/master/kubeflow",
            GitPlace(GITHUB, "master", "kubeflow", joined=True),
        ),
        ("github.com/google/kubeflow/tree/v1.0/a/b", GitPlace(GITHUB, "v1.0", "a/b", joined=True)),
        ("github.com/google/kubeflow/tree/master", GitPlace(GITHUB, "master")),
        (f"{GITHUB}/tree/master/kubeflow/", GitPlace(GITHUB, "master", "kubeflow", joined=True)),
        (f"{GITHUB}.git", GitPlace(f"{GITHUB}.git")),
        (
            "https://ghe.example.com:8443/a/b/tree/x/y",
            GitPlace("https://ghe.example.com:8443/a/b", "x", "y", joined=True),
        ),
        ("https://gitlab.com/a/b/c/-/tree/x/y", GitPlace("https://gitlab.com/a/b/c", "x", "y", joined=True)),
        ("https://git.example.com/tree/a", GitPlace("https://git.example.com/tree/a")),
        ("git@github.com:google/kubeflow.git", GitPlace("git@github.com:google/kubeflow.git")),
        ("host:repository", GitPlace("host:repository")),
        ("ssh://git@github.com:22/google/kubeflow", GitPlace("ssh://git@github.com:22/google/kubeflow")),
        ("ssh://host/a/b/tree/x", GitPlace("ssh://host/a/b/tree/x")),
        ("file:///srv/registry.git", GitPlace("file:///srv/registry.git")),
        (".", None),
        ("..", None),
        ("../packages", None),
        ("./github.com/x", None),
        ("/srv/packages", None),
        ("packages", None),
        ("my packages", None),
        ("packages/more", None),
    ],
)
def test_the_forms(text: str, expected: GitPlace | None) -> None:
    assert git_place(text) == expected


def test_a_directory_is_stored_relative_to_the_app(tmp_path: Path) -> None:
    root = tmp_path / "app"
    assert parse_location("../x", root / "environments", root).directory == "x"
    assert parse_location("../x", root, root).directory == "../x"
    assert parse_location("/srv/x", root, root).directory == "/srv/x"


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("../x", {"ref": "master"}, "only for git repositories"),
        ("github.com/a/b/tree/x", {"ref": "y"}, "the ref is given twice"),
        ("github.com/a/b/tree/x/y", {"path": "z"}, "the path is given twice"),
        ("github.com/a/b", {"ref": "a b"}, "not a valid branch"),
        ("github.com/a/b", {"ref": "a@{1}"}, "not a valid branch"),
        ("github.com/a/b", {"path": "a/../b"}, "not a valid path"),
        ("", {}, "is empty"),
        ("github.com/", {}, "does not name a repository"),
        ("file://", {}, "needs an absolute path"),
        ("ftp://a/b", {}, "not read through ftp://"),
        ("https://[::1/a", {}, "not a valid URL"),
        ("https:///a/b", {}, "no valid host name"),
    ],
)
def test_what_is_refused(text: str, options: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        parse_location(text, tmp_path, tmp_path, **options)


PARTS = st.sampled_from(
    [
        *"ab-.:/@~%?#\\ \t",
        "..",
        "//",
        "::",
        "://",
        "git@",
        "host",
        "h.io",
        "ssh://",
        "https://",
        "file://",
        "ext::",
        "-o",
    ]
)


@settings(max_examples=300)
@given(st.lists(PARTS, min_size=1, max_size=8).map("".join))
@example("ssh://-oProxyCommand=x/a")
@example("git@-o:x")
@example("a:-x")
@example("file:////%aa")
def test_git_reads_what_is_accepted_in_the_same_way(text: str) -> None:
    """`git fetch-pack --diag-url` says how git would reach a URL of ssh or a file."""
    try:
        place = git_place(text)
    except UsageError:
        return
    if place is None or place.url.startswith("https://"):
        assert place is None or place.url.split("/")[2][:1].isalnum()
        return
    ran = subprocess.run(
        ["git", "fetch-pack", "--diag-url", place.url],
        capture_output=True,
        text=True,
        errors="replace",  # git decodes the %aa of a file URL, which need not be UTF-8
        check=False,
    )
    said = dict(line.removeprefix("Diag: ").split("=", 1) for line in ran.stdout.splitlines())
    assert said["protocol"] == scheme_of(place.url)
    if said["protocol"] == "ssh":
        host = said["userandhost"].rpartition("@")[2]
        assert host[:1].isalnum()
        assert host in place.url
        assert not said["path"].startswith("-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oci://ghcr.io/acme/packages", OciPlace("ghcr.io", "acme/packages")),
        ("oci://ghcr.io/acme/packages:stable", OciPlace("ghcr.io", "acme/packages", "stable")),
        (f"oci://h.io:5000/a@sha256:{'0' * 64}", OciPlace("h.io:5000", "a", digest=f"sha256:{'0' * 64}")),
        ("oci://localhost:5000/a/b/c_d--e.f", OciPlace("localhost:5000", "a/b/c_d--e.f")),
        ("oci://[::1]:5000/a", OciPlace("[::1]:5000", "a")),
        ("oci://docker.io/acme/packages", OciPlace("docker.io", "acme/packages")),
    ],
)
def test_oci_forms(text: str, expected: OciPlace, tmp_path: Path) -> None:
    entry = parse_location(text, tmp_path, tmp_path)
    assert (entry.oci, entry.tag, entry.digest) == (expected.name, expected.tag, expected.digest)
    assert parse_place(entry.oci).host == expected.host


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("ghcr.io", "https://ghcr.io"),
        ("docker.io", "https://registry-1.docker.io"),
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.2:5000", "http://127.0.0.2:5000"),
        ("[::1]:5000", "http://[::1]:5000"),
        ("127.0.0.1.example.com", "https://127.0.0.1.example.com"),
        ("localhost.example.com", "https://localhost.example.com"),
        ("10.0.0.1:5000", "https://10.0.0.1:5000"),
        ("[2001:db8::1]", "https://[2001:db8::1]"),
    ],
)
def test_only_this_machine_is_asked_in_plain_text(host: str, address: str) -> None:
    assert OciPlace(host, "a").address == address


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("oci://ghcr.io", {}, "does not name an OCI repository"),
        ("oci://ghcr.io/", {}, "does not name an OCI repository"),
        ("oci:///a", {}, "does not name an OCI repository"),
        ("oci://ghcr.io/Acme", {}, "does not name an OCI repository"),
        ("oci://ghcr.io/../a", {}, "does not name an OCI repository"),
        ("oci://ghcr.io/a//b", {}, "does not name an OCI repository"),
        ("oci://ghcr.io/a?x=1", {}, "does not name an OCI repository"),
        ("oci://ghcr.io/a#x", {}, "does not name an OCI repository"),
        ("oci://ghcr.io/a%2e", {}, "does not name an OCI repository"),
        ("oci://gh cr.io/a", {}, "does not name an OCI repository"),
        ("oci://-x/a", {}, "does not name an OCI repository"),
        ("oci://user:s3cret@ghcr.io/a", {}, "does not name an OCI repository"),
        ("oci://ghcr.io/a:", {}, "not a valid tag"),
        ("oci://ghcr.io/a:-x", {}, "not a valid tag"),
        (f"oci://ghcr.io/a:{'x' * 129}", {}, "not a valid tag"),
        ("oci://ghcr.io/a@sha256:12", {}, "is not a digest"),
        (f"oci://ghcr.io/a:t@sha256:{'0' * 64}", {}, "is not a digest"),
        ("oci://ghcr.io/a", {"ref": "x"}, "only for git repositories"),
        ("oci://ghcr.io/a", {"path": "x"}, "only for git repositories"),
        ("oci://ghcr.io/a", {"storage": "https://x"}, "is not a host"),
        ("../x", {"storage": "x"}, "only for OCI repositories"),
    ],
)
def test_what_is_no_oci_repository(text: str, options: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        parse_location(text, tmp_path, tmp_path, **options)
    assert "s3cret" not in str(caught.value)


@given(st.text("ab.:/@-_[]A1?#%\\ \n", max_size=20))
def test_an_oci_repository_stays_one_when_it_is_stored(text: str) -> None:
    """What dlctl.yaml gets is read again as the same repository, and its address leads to its host."""
    try:
        place = parse_place(text)
    except UsageError:
        return
    assert parse_place(place.name) == OciPlace(place.host, place.repository)
    parts = urlsplit(f"{place.address}/v2/{place.repository}/tags/list")
    assert (parts.netloc, parts.path) == (place.host, f"/v2/{place.repository}/tags/list")
