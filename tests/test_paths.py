"""Folders: what the environment names comes first, then the checkout, then the user's own place."""

from pathlib import Path

import pytest

from vtube import paths as folders


def test_the_environment_moves_the_folder_of_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path / "weights"))
    assert folders.models_folder() == tmp_path / "weights"


def test_without_a_checkout_the_folder_of_the_weights_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VTUBE_MODELS", raising=False)
    assert folders.models_folder() == folders.CHECKOUT / "models"
    monkeypatch.setattr(folders, "CHECKOUT", tmp_path)
    assert folders.models_folder() == folders.user_folder() / "models"


def test_the_environment_moves_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path))
    assert folders.user_folder() == tmp_path


@pytest.mark.parametrize(
    ("platform", "variable", "parts"),
    [
        ("win32", "LOCALAPPDATA", ("AppData", "Local", "vtube")),
        ("darwin", "", ("Library", "Application Support", "vtube")),
        ("linux", "XDG_DATA_HOME", (".local", "share", "vtube")),
    ],
)
def test_the_users_folder_is_where_the_system_keeps_such_things(
    platform: str, variable: str, parts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VTUBE_HOME", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    if variable:
        monkeypatch.setenv(variable, "/somewhere")
        assert folders.user_folder() == Path("/somewhere/vtube")
        monkeypatch.delenv(variable)
    assert folders.user_folder().parts[-len(parts) :] == parts
