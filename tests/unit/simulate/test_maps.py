"""The maps that ship: right ones, registered, and the gas turbine's file told bit for bit."""

import csv
import gzip
import os
from importlib.resources import files
from pathlib import Path

import pytest

from services.cases.registering.document import parse_document
from services.hj212.stream import decode
from services.simulate.replay_csv import csv_messages
from services.simulate.replay_map import ReplayMap, parse_map

MAPS = files("services.simulate") / "maps"


def turbine() -> ReplayMap:
    return parse_map((MAPS / "gas-turbine.toml").read_text(encoding="utf-8"))


@pytest.fixture
def data() -> Path:
    shared = os.environ.get("QINGKONG_SHARED")
    if shared is None:
        assert "CI" not in os.environ, "QINGKONG_SHARED is not set"
        pytest.skip("QINGKONG_SHARED is not set: the gas turbine's file is not at hand")
    return Path(shared) / "data" / "gas-turbine-hourly.csv.gz"


def test_every_column_of_the_map_is_a_channel_of_its_device() -> None:
    parsed = parse_document((MAPS / "gas-turbine.yaml").read_text(encoding="utf-8"))

    assert parsed.document is not None
    (device,) = parsed.document.plants[0].devices
    assert device.mn[0].mn == turbine().csv.mn
    assert {channel.code for channel in device.channels} == {
        column.code for column in turbine().columns.values()
    }


def test_every_value_of_the_gas_turbine_is_told_as_it_stands(data: Path) -> None:
    columns = turbine().columns

    with gzip.open(data, "rt", encoding="utf-8", newline="") as lines:
        told = [
            {value.code: value.average for value in piece.frame.values}
            for message in csv_messages(lines, turbine())
            for piece in decode(message.payload)
            if piece.frame and not piece.frame.warnings
        ]

    with gzip.open(data, "rt", encoding="utf-8", newline="") as lines:
        rows = [
            {columns[heading].code: float(text) for heading, text in row.items()}
            for row in csv.DictReader(lines)
        ]
    assert len(told) == 20_000
    assert told == rows
