"""How many single-reading JSON messages one core turns into statements."""

from time import perf_counter

from services.ingest.json_message import state_message

MESSAGES = 20_000
RUNS = 5


def run() -> dict[str, float]:
    """Messages a second, the best of five runs; each message has its own `sent_at` and value."""
    payloads = [_payload(number) for number in range(MESSAGES)]
    seconds = min(_run(payloads) for _ in range(RUNS))
    return {"json.messages_per_s": MESSAGES / seconds}


def _run(payloads: list[bytes]) -> float:
    began = perf_counter()
    for payload in payloads:
        state_message(payload)
    return perf_counter() - began


def _payload(number: int) -> bytes:
    second, device = divmod(number, 200)
    clock = f"2026-01-01T08:{second // 60:02}:{second % 60:02}"
    return (
        f'{{"mn":"8888888{device:07}","sent_at":"{clock}.{device:03}+08:00","readings":[{{'
        f'"time":"{clock}+08:00","kind":"realtime","code":"a21026","value":{number / 1000},'
        '"flag":"N"}]}'
    ).encode()
