"""What tests of pipelines share."""

import pytest

from tests.tidegate.pipelines import write_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A current folder with the files of the pipeline in `tests.tidegate.pipelines`."""
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    return tmp_path
