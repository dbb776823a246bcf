from pathlib import Path

import pytest

from tests.support.docs.tree import copy_tree


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project's tree, with its scripts in `.venv/bin`."""
    folder = tmp_path_factory.mktemp("docs") / "clone"
    copy_tree(folder)
    return folder
