import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from schemas.policies import MEANINGS, Policy
from services.hj212.commands import decode as decode_command
from services.hj212.crc import modbus
from services.hj212.describe import describe
from services.hj212.encode import enclose
from services.hj212.stream import decode
from tests.fixtures.hj212_dialects import EPOCH, KEY, STALE, sealed

SEGMENT = b"ST=32;CN=2011;PW=123456;MN=A1;CP=&&w01018-Rtd=25&&"
GOOD = enclose(SEGMENT)
MODBUS = b"##%04d%s%04X\r\n" % (len(SEGMENT), SEGMENT, modbus(SEGMENT))
PROGRAM = "import typer; from services.hj212.commands import decode; typer.run(decode)"


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command("decode")(decode_command)
    return CliRunner().invoke(app, [*arguments])


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    file = tmp_path / "capture.bin"
    file.write_bytes(GOOD + b"RING" + MODBUS)
    return file


def test_a_file_becomes_one_json_object_a_piece(capture: Path):
    result = run(str(capture))

    assert result.exit_code == 0
    assert lines(result.stdout) == [describe(piece) for piece in decode(capture.read_bytes())]


def test_a_file_larger_than_a_chunk_decodes_as_in_one_go(tmp_path: Path):
    file = tmp_path / "capture.bin"
    file.write_bytes((GOOD * 20 + b"noise" * 2000 + MODBUS[:30]) * 100)

    result = run(str(file))

    assert lines(result.stdout) == [describe(piece) for piece in decode(file.read_bytes())]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("strict", [True, False, False]),
        ("accept-modbus", [True, False, True]),
        ("off", [True, False, True]),
    ],
    ids=["strict", "accept-modbus", "off"],
)
def test_the_crc_policy_is_the_callers(capture: Path, choice: str, expected: list[bool]):
    result = run(str(capture), "--crc", choice)

    assert [line["ok"] for line in lines(result.stdout)] == expected


def test_policies_are_the_callers_too(tmp_path: Path):
    file = tmp_path / "capture.bin"
    file.write_bytes(STALE + EPOCH)

    result = run(str(file), "--policy", "accept_wrong_length", "--policy", "epoch_qn")

    assert [line.get("policies") for line in lines(result.stdout)] == [
        ["accept_wrong_length"],
        ["epoch_qn"],
    ]


def test_a_refusal_is_told_with_the_policy_that_would_accept_it(tmp_path: Path):
    file = tmp_path / "capture.bin"
    file.write_bytes(STALE)

    (line,) = lines(run(str(file)).stdout)

    assert line["policy"] == "accept_wrong_length"


def test_a_policy_that_does_not_exist_is_told_with_those_that_do(capture: Path):
    result = run(str(capture), "--policy", "accept_all")

    told = " ".join(result.stderr.replace("│", " ").split())
    assert result.exit_code == 2
    assert "there is no policy accept_all" in told
    assert [policy for policy in Policy if policy not in told] == []


def test_help_tells_what_each_policy_accepts():
    told = "".join(run("--help").stdout.replace("│", " ").split())

    assert [said for said in MEANINGS.values() if "".join(said.split()) not in told] == []


@pytest.mark.parametrize(
    "content",
    [KEY, KEY.hex().encode(), b"  " + KEY.hex().upper().encode() + b"\r\n"],
    ids=["bytes", "hex", "hex, a line"],
)
def test_encrypted_content_is_read_with_a_key_from_a_file(tmp_path: Path, content: bytes):
    file, key = tmp_path / "capture.bin", tmp_path / "key"
    file.write_bytes(sealed(Policy.SM4_RAW))
    key.write_bytes(content)

    (line,) = lines(run(str(file), "--sm4-key-file", str(key)).stdout)
    (without,) = lines(run(str(file)).stdout)

    assert (line["ok"], line["encrypted"]) == (True, True)
    assert without["reason"] == "no_key"


@pytest.mark.parametrize(
    "content", [b"", KEY + b"0", b"g" * 32, KEY.hex().encode() * 2], ids=["empty", "17", "g", "64"]
)
def test_a_file_without_a_key_is_told_but_not_shown(tmp_path: Path, content: bytes):
    key = tmp_path / "key"
    key.write_bytes(content)

    result = run(str(key), "--sm4-key-file", str(key))

    assert result.exit_code == 2
    assert "holds no SM4 key: write 32 hex digits" in result.stderr
    assert not content or content.decode() not in result.stderr


def test_a_key_file_that_cannot_be_read_is_told(capture: Path, tmp_path: Path):
    result = run(str(capture), "--sm4-key-file", str(tmp_path / "absent"))

    assert result.exit_code == 2
    assert "Cannot read" in result.stderr


def test_passwords_are_masked_unless_asked_for(capture: Path):
    masked, shown = run(str(capture)), run(str(capture), "--show-pw")

    assert "123456" not in masked.stdout
    assert '"pw":"123456"' in shown.stdout


def test_strict_exit_tells_of_refusals(capture: Path, tmp_path: Path):
    good = tmp_path / "good.bin"
    good.write_bytes(GOOD)

    assert run(str(capture), "--strict-exit").exit_code == 1
    assert run(str(good), "--strict-exit").exit_code == 0


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path):
    result = run(str(tmp_path / "absent"))

    assert result.exit_code == 2
    assert "No such file or directory. Give a readable file" in result.stderr


def test_help_shows_an_example_that_works():
    result = run("--help")

    example = result.stdout.split("echo '")[1].split("'")[0]

    assert [piece.frame is not None for piece in decode(example.encode())] == [True]


def test_standard_input_is_read_when_no_file_is_given():
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM], input=GOOD + MODBUS, capture_output=True, check=True
    )

    assert [line["ok"] for line in lines(done.stdout.decode())] == [True, False]
    assert done.stderr == b""


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path):
    file = tmp_path / "capture.bin"
    file.write_bytes(GOOD * 50_000)
    read_end, write_end = os.pipe()
    program = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, str(file)], stdout=write_end, stderr=subprocess.PIPE
    )
    os.close(write_end)
    os.close(read_end)

    _, complaints = program.communicate()

    assert (program.returncode, complaints) == (0, b"")


def test_progress_is_shown_on_a_terminal_for_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = tmp_path / "capture.bin"
    file.write_bytes(b"\n" * (17 << 20))

    result = run(str(file))

    assert "17.8/17.8 MB" in result.stderr
