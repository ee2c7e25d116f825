"""Pieces as plain JSON-ready mappings, the form that `qingkong decode` prints.

It must not know how they are written out; passwords (PW, 访问密码) are masked unless asked for.
"""

from typing import TypeAlias

from services.hj212.clock import beijing
from services.hj212.content import SECOND_DIGITS
from services.hj212.frame import Frame, Info, Piece, State, Value

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

_MASK = "******"
_VALUE_KEYS = (
    ("rtd", "rtd"),
    ("minimum", "min"),
    ("average", "avg"),
    ("maximum", "max"),
    ("total", "cou"),
    ("zs_rtd", "zs_rtd"),
    ("zs_min", "zs_min"),
    ("zs_avg", "zs_avg"),
    ("zs_max", "zs_max"),
    ("flag", "flag"),
    ("eflag", "eflag"),
)


def describe(piece: Piece, *, show_pw: bool = False) -> dict[str, Json]:
    """Describe a piece: `ok` true with the frame's fields, or false with reason and detail."""
    place: dict[str, Json] = {"offset": piece.offset, "length": piece.length}
    if piece.frame is not None:
        return {"ok": True, **describe_frame(piece.frame, show_pw=show_pw), **place}
    refusal = piece.refusal
    told: dict[str, Json] = {
        "ok": False,
        "reason": None if refusal is None else refusal.reason.value,
        "detail": None if refusal is None else refusal.detail,
    }
    if refusal is not None and refusal.policy is not None:
        told["policy"] = refusal.policy
    return {**told, **place}


def describe_frame(frame: Frame, *, show_pw: bool = False) -> dict[str, Json]:
    """Describe a frame with nothing dropped; times as ISO at +08:00, what is absent left out."""
    told: dict[str, Json] = {
        "crc": frame.crc.value,
        "version": str(frame.version),
        "mn": frame.mn,
        "st": frame.st,
        "cn": frame.cn,
        "qn": frame.qn,
        "flag": frame.flag,
        "pnum": frame.pnum,
        "pno": frame.pno,
        "data_time": _iso(frame.data_time_text or ""),
        "values": [_value(value) for value in frame.values],
    }
    if frame.pw is not None:
        told["pw"] = frame.pw if show_pw else _MASK
    told |= {key: rest for key, rest in _describe_rest(frame).items() if rest or rest == ""}
    told["warnings"] = list(frame.warnings)
    return told


def _describe_rest(frame: Frame) -> dict[str, Json]:
    """What few frames have."""
    return {
        "rf": frame.rf,
        "encrypted": frame.encrypted,
        "policies": [str(policy) for policy in frame.policies],
        "words": [{"code": code, "text": text} for code, text in frame.words],
        "states": [_state(state) for state in frame.states],
        "info": [_info(info) for info in frame.infos],
        "other": _other(frame),
    }


def _value(value: Value) -> dict[str, Json]:
    told: dict[str, Json] = {"code": value.code}
    for name, key in _VALUE_KEYS:
        sent: float | str | None = getattr(value, name)
        if sent is not None:
            told[key] = sent
    if value.sample_time is not None:
        told["sample_time"] = _iso(value.sample_time)
    return told


def _state(state: State) -> dict[str, Json]:
    told: dict[str, Json] = {"code": state.code}
    if state.rs is not None:
        told["rs"] = state.rs
    if state.rt is not None:
        told["rt"] = state.rt
    return told


def _info(info: Info) -> dict[str, Json]:
    return {"about": info.about, "code": info.code, "text": info.text}


def _other(frame: Frame) -> dict[str, Json]:
    """Fields without a place of their own: key to text, or to a list of texts if repeated."""
    texts: dict[str, list[str]] = {}
    sent = frame.data_time_text
    if sent is not None and (len(sent) != SECOND_DIGITS or beijing(sent) is None):
        texts["DataTime"] = [sent]
    for key, text in frame.other:
        texts.setdefault(key, []).append(text)
    return {key: kept[0] if len(kept) == 1 else [*kept] for key, kept in texts.items()}


def _iso(text: str) -> str | None:
    moment = beijing(text)
    return None if moment is None else moment.isoformat()
