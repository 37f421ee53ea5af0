"""What the tests of the importers share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def payloads() -> Path:
    """The folder of the sample files."""
    return ROOT / "tests" / "payloads" / "catalogue"


@pytest.fixture
def shared_data() -> Path:
    """The folder of real catalogues beside the checkout; skips the test where there is none."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no {folder.relative_to(ROOT.parent)} beside the checkout")
    return folder
