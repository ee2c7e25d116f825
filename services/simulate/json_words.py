"""What a virtual device says in JSON (`cems/v1`): the same things as the loggers say in HJ 212."""

from datetime import datetime

import orjson

from services.hj212.clock import BEIJING
from services.simulate.model import facility_state
from services.simulate.period import MINUTE_S, minute_record
from services.simulate.plant import VirtualLogger


def realtime_message(logger: VirtualLogger, seed: str, at_s: int) -> bytes:
    """The readings of a second since 1970 UTC."""
    time = _moment(at_s)
    readings = [
        {
            "time": time,
            "kind": "realtime",
            "code": code,
            "value": spot.value,
            "flag": spot.flag,
        }
        | ({} if spot.converted is None else {"converted": spot.converted})
        for code, spot in logger.spots(seed, at_s).items()
    ]
    return orjson.dumps({"mn": logger.mn, "sent_at": time, "readings": readings})


def minute_message(logger: VirtualLogger, seed: str, begin_s: int) -> bytes:
    """The records of the minute that begins there, sent at its end."""
    readings = [
        {
            "time": _moment(begin_s),
            "kind": "minute",
            "code": code,
            "value": period.average,
            "min": period.minimum,
            "max": period.maximum,
            "total": period.total,
            "converted": period.converted[1] if period.converted else None,
            "flag": period.flag,
        }
        for code, period in minute_record(logger, seed, begin_s).items()
    ]
    sent_at = _moment(begin_s + MINUTE_S)
    return orjson.dumps({"mn": logger.mn, "sent_at": sent_at, "readings": readings})


def states_message(logger: VirtualLogger, seed: str, at_s: int) -> bytes:
    """The facilities' run states of a second."""
    time, key = _moment(at_s), f"{seed}:{logger.mn}"
    states = [
        {"time": time, "code": code, "state": facility_state(key, code, at_s)}
        for code in logger.facilities
    ]
    return orjson.dumps({"mn": logger.mn, "sent_at": time, "states": states})


def _moment(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, BEIJING).isoformat()
