import json
from pathlib import Path

import pytest

from services.hj212.describe import Json, describe
from services.hj212.stream import decode

CASES = sorted((Path(__file__).parents[2] / "vectors" / "hj212").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_frame_decodes_as_written_down(case: Path):
    expected: list[dict[str, Json]] = json.loads((case / "expected.json").read_text())

    told = [describe(piece) for piece in decode((case / "frame").read_bytes())]

    assert told == expected
