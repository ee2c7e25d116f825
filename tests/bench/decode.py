"""How fast HJ 212 frames are decoded: the way for known shapes, and the general one."""

import random
import time
from collections.abc import Callable
from statistics import median

from services.hj212.encode import enclose
from services.hj212.shape import FastFrame, ShapeDecoder
from services.hj212.stream import decode

_CONVERTED = ("a21026", "a21002", "a34013")
_PLAIN = ("a01011", "a19001", "a01012", "a01013", "a01014", "a24088")
_FRAMES = 20_000
_BATCH = 500
_DEVICES = 2_000
_GENERAL_FRAMES = 4_000


def payloads(count: int) -> list[bytes]:
    """Frames of about 450 bytes: 10 pollutants with Rtd and Flag, 3 of them with ZsRtd."""
    dice = random.Random(212)  # noqa: S311 - the same frames every time
    frames: list[bytes] = []
    for number in range(count):
        projects = [
            f"{code}-Rtd={dice.uniform(1, 99):.2f},{code}-ZsRtd={dice.uniform(1, 99):.2f},{code}-Flag=N"
            for code in _CONVERTED
        ]
        projects += [f"{code}-Rtd={dice.uniform(1, 20):.2f},{code}-Flag=N" for code in _PLAIN]
        projects.append(f"a00000-Rtd={dice.uniform(1000, 9999):.1f},a00000-Flag=N")
        second = f"202608010{number // 3600 % 10}{number // 60 % 60:02d}{number % 60:02d}"
        frames.append(
            enclose(
                f"QN={second}{number % 1000:03d};ST=31;CN=2011;PW=123456;"
                f"MN=010000A8900016F0{number % _DEVICES:08X};Flag=5;"
                f"CP=&&DataTime={second};{';'.join(projects)}&&".encode()
            )
        )
    return frames


def run() -> dict[str, float]:
    """Frames per second on one core, medians of 3."""
    sent = payloads(_FRAMES)
    decoder = ShapeDecoder()
    decoder.decode(sent[: 2 * _DEVICES])
    return {
        "decode.frames_per_s": _rate(lambda: _decode_fast(decoder, sent), len(sent)),
        "decode.general_frames_per_s": _rate(
            lambda: _decode_general(sent[:_GENERAL_FRAMES]), _GENERAL_FRAMES
        ),
        "decode.frame_bytes": float(sum(map(len, sent)) / len(sent)),
    }


def _decode_fast(decoder: ShapeDecoder, sent: list[bytes]) -> None:
    for start in range(0, len(sent), _BATCH):
        for decoded in decoder.decode(sent[start : start + _BATCH]):
            if not isinstance(decoded, FastFrame):
                raise TypeError("a frame of a known shape did not go the fast way")


def _decode_general(sent: list[bytes]) -> None:
    for payload in sent:
        decode(payload)


def _rate(work: Callable[[], None], count: int) -> float:
    rates: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        rates.append(count / (time.perf_counter() - began))
    return median(rates)
