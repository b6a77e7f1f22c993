"""Terms of encoders."""

from pathlib import Path

import pytest

from lorewise.encoders.licences import licence_of


def test_packages_state_theirs() -> None:
    assert licence_of("static") == "MIT License"
    assert licence_of("none") == "none needed"
    assert licence_of("endpoint:https://api.example.com/v1#m") == "its provider's terms"


@pytest.mark.parametrize(
    ("files", "licence"),
    [
        ({"README.md": "---\nlanguage: en\nlicense: apache-2.0\n---\n# Model"}, "apache-2.0"),
        ({"README.md": "# Model\nlicense: no front matter", "LICENSE": "\nBSD\n..."}, "BSD"),
        ({"README.md": "---\nlanguage: en\n---\n"}, "not stated"),
        ({}, "not stated"),
    ],
)
def test_folders_state_theirs_in_the_card_or_beside_it(
    tmp_path: Path, files: dict[str, str], licence: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    assert licence_of(f"folder:{tmp_path}") == licence
