"""Cached files that this user's own dlctl signed."""

from pathlib import Path

from dlctl.files.signed_files import SignedFiles, SignedFolder


def test_a_link_in_place_of_a_file_is_replaced_and_its_target_kept(tmp_path: Path) -> None:
    """Somebody may have put it there: what it points to is no file of the cache."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    (folder / "name").symlink_to(victim)
    files = SignedFiles(SignedFolder(folder, tmp_path / "key"))
    assert files.read("name", "test") is None
    files.write("name", "test", b"content")
    assert (victim.read_text(), (folder / "name").is_symlink()) == ("precious", False)
    assert files.read("name", "test") == b"content"
