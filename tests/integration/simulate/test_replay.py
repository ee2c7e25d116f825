"""`qingkong replay` against a real broker: every value of the file arrives, bit for bit."""

import asyncio
import csv
import gzip
import struct
from itertools import count
from pathlib import Path

import aiomqtt
import pytest
from typer.testing import CliRunner

from services.embedded.mosquitto import Mosquitto
from services.hj212.stream import decode
from services.runtime.broker_address import broker_address
from services.simulate.commands import app
from services.simulate.replay import ReplayError, Tempo, Told, replay
from services.simulate.replay_csv import DataError, Timed, csv_messages
from services.simulate.replay_map import parse_map

CODES = {"NOx": "a21002", "CO": "a21005", "T": "a01001"}
VALUES = ("0.1", "81.952", "-3.50", "1e-7", "9007199254740993", "0.30000000000000004", "5.")


def written(folder: Path, mn: str) -> tuple[Path, Path]:
    data = folder / "turbine.csv.gz"
    with gzip.open(data, "wt", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(CODES)
        rows.writerows(
            [VALUES[(row + place) % len(VALUES)] for place in range(3)] for row in range(200)
        )
    map_file = folder / "map.toml"
    lines = [f'{name} = {{code = "{code}", field = "avg"}}' for name, code in CODES.items()]
    map_file.write_text(
        f'[csv]\nmn = "{mn}"\nkind = "hour"\nstart = "2024-01-01T00:00:00+08:00"\n'
        "step_s = 3600\n[columns]\n" + "\n".join(lines)
    )
    return data, map_file


def client(broker: Mosquitto) -> aiomqtt.Client:
    address = broker_address(broker.url)
    return aiomqtt.Client(
        address.host, address.port, username=address.username, password=address.password
    )


async def received(listener: aiomqtt.Client, number: int) -> list[bytes]:
    payloads: list[bytes] = []
    async for message in listener.messages:
        payloads.append(bytes(message.payload))
        if len(payloads) == number:
            break
    return payloads


async def test_every_value_of_the_file_arrives(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, map_file = written(tmp_path, "R1")
    monkeypatch.setenv("QINGKONG_MQTT_URL", mosquitto.url)

    async with client(mosquitto) as listener:
        await listener.subscribe("hj212/R1", qos=1)
        words = ["replay", str(data), "--map", str(map_file)]
        outcome = await asyncio.to_thread(CliRunner().invoke, app, words)
        payloads = await received(listener, 200)

    assert outcome.exit_code == 0, outcome.output
    assert "200 messages" in outcome.output
    with gzip.open(data, "rt") as file:
        rows = list(csv.DictReader(file))
    frames = [decode(payload)[0].frame for payload in payloads]
    for row, frame in zip(rows, frames, strict=True):
        assert frame is not None
        arrived = {value.code: value.average for value in frame.values}
        assert bits(arrived) == bits({CODES[name]: float(text) for name, text in row.items()})


async def test_the_order_of_the_file_is_kept(mosquitto: Mosquitto) -> None:
    messages = [Timed(0.0, "hj212/R2", b"%d" % number) for number in range(3_000)]

    async with client(mosquitto) as listener:
        await listener.subscribe("hj212/R2", qos=1)
        async with asyncio.TaskGroup() as both:
            told = both.create_task(published(mosquitto, messages), name="replay")
            arrived = await received(listener, len(messages))

    assert arrived == [message.payload for message in messages]
    assert told.result().messages == len(messages)


async def test_what_stands_before_an_error_still_arrives(mosquitto: Mosquitto) -> None:
    replay_map = parse_map(
        '[csv]\nmn="R3"\nkind="hour"\nstart="2024-01-01T00:00:00Z"\nstep_s=60\n'
        '[columns]\nA={code="a21002", field="avg"}'
    )
    rows = ["A", *map(str, range(50)), "broken"]
    told = Told()

    with pytest.raises(DataError, match="row 52, column 'A'"):
        await replay(
            csv_messages(rows, replay_map), broker_address(mosquitto.url), None, fast(), told
        )

    assert told.messages == 50


async def test_a_pace_is_kept_by_the_times_of_the_messages(mosquitto: Mosquitto) -> None:
    ticks = count(0.0, 100.0)
    messages = [Timed(float(number), "hj212/R4", b"x") for number in range(10)]
    told = Told()

    # A clock that runs ahead of every message's time: nothing is waited for.
    tempo = Tempo(1.0, lambda: next(ticks))
    await replay(iter(messages), broker_address(mosquitto.url), None, tempo, told)

    assert told.messages == 10


async def test_a_refused_login_is_told_in_words(mosquitto: Mosquitto) -> None:
    wrong = broker_address(f"mqtt://nobody:wrong@127.0.0.1:{mosquitto.port}")

    with pytest.raises(ReplayError, match="the broker took 0 messages"):
        await replay(iter([Timed(0.0, "hj212/R5", b"x")]), wrong, None, fast(), Told())


async def published(broker: Mosquitto, messages: list[Timed]) -> Told:
    told = Told()
    await replay(iter(messages), broker_address(broker.url), None, fast(), told)
    return told


def fast() -> Tempo:
    return Tempo(None, lambda: 0.0)


def bits(values: dict[str, float | None]) -> dict[str, bytes]:
    return {code: struct.pack(">d", value) for code, value in values.items()}
