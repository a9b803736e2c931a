"""The search for cycles stands still meanwhile, and is afterwards as it was."""

from __future__ import annotations

import gc

import pytest

from app.platform.collecting import without_collecting


@pytest.fixture(autouse=True)
def _on():
    yield
    gc.enable()


@pytest.mark.parametrize("was_on", [True, False])
def test_it_is_afterwards_as_it_was_before(was_on):
    (gc.enable if was_on else gc.disable)()
    with without_collecting():
        assert not gc.isenabled()
    assert gc.isenabled() is was_on


def test_it_goes_on_after_an_error():
    with pytest.raises(KeyError), without_collecting():
        raise KeyError
    assert gc.isenabled()


def test_one_inside_another_leaves_it_off():
    with without_collecting():
        with without_collecting():
            pass
        assert not gc.isenabled()
