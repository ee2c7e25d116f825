"""Fuzz the JSON message: `python tests/fuzz/message.py -max_total_time=600`.

No bytes may raise, both ways agree, and what is said of a refusal can be stored and printed.
"""

import sys

import atheris

with atheris.instrument_imports():  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # atheris ships no types
    import orjson

    from services.ingest.json_message import state_document, state_message
    from services.ingest.statement import Refused

SINGLE = (
    b'{"mn":"88888880000001","sent_at":"2026-01-01T08:00:00.5+08:00","readings":[{"time":'
    b'"2026-01-01T08:00:00+08:00","kind":"realtime","code":"a21026","value":12.5,"flag":"N"}]}'
)
BATCH = (
    b'[{"states":[{"time":"2026-01-01T00:00:00Z","code":"SB1","state":1}],"events":[{"time":'
    b'"2026-01-01T00:00:00Z","kind":"log","text":"x"}],"parameters":[{"time":'
    b'"2026-01-01T00:00:00Z","code":"i13004","value":"200"}]}]'
)
SEEDS = (SINGLE, BATCH)


def one_input(data: bytes) -> None:
    outcome = state_message(data)
    if isinstance(outcome, Refused):
        assert outcome.reason in {"json", "schema", "time"}
        assert outcome.detail.isprintable()
    try:
        document: object = orjson.loads(data)
    except orjson.JSONDecodeError:
        return
    assert outcome == state_document(data, document)


def mutated(data: bytes, size: int, seed: int) -> bytes:
    """Half of the inputs start from a seed: libFuzzer alone seldom writes a whole message."""
    base = data if data and seed % 2 else SEEDS[seed // 2 % len(SEEDS)]
    return atheris.Mutate(base, size)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input, custom_mutator=mutated)
    atheris.Fuzz()
