"""The examples in docstrings run."""

import doctest

import pytest

from tidegate import durations, functions, pattern


@pytest.mark.parametrize("module", [durations, functions, pattern], ids=lambda m: m.__name__)
def test_examples_of_the_module_run(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
