"""What a virtual logger says in HJ 212-2017: real-time data, minute records, facility states."""

from datetime import datetime
from typing import Final, NamedTuple

from services.hj212.clock import BEIJING
from services.hj212.encode import encode
from services.hj212.frame import Crc, Frame, State, Value
from services.simulate.model import Spot, facility_state
from services.simulate.period import MINUTE_S, Period, minute_record
from services.simulate.plant import VirtualLogger

# Version 2017, no answer wanted (HJ 212-2017 table 3, Flag).
_FLAG: Final = 4
_PASSWORD: Final = "123456"  # noqa: S105 - the standard's own example, checked by nobody


class _When(NamedTuple):
    data_s: int
    sent_ms: int


def realtime_frame(logger: VirtualLogger, seed: str, at_s: int) -> bytes:
    """CN 2011 (实时数据) of a second since 1970 UTC."""
    values = tuple(_spot(code, spot) for code, spot in logger.spots(seed, at_s).items())
    return _frame(logger, "2011", _When(at_s, at_s * 1000), values=values)


def minute_frame(logger: VirtualLogger, seed: str, begin_s: int) -> bytes:
    """CN 2051 (分钟数据) of the minute that begins there, sent at its end."""
    record = minute_record(logger, seed, begin_s)
    values = tuple(_period(code, period) for code, period in record.items())
    return _frame(logger, "2051", _When(begin_s, (begin_s + MINUTE_S) * 1000 + 1), values=values)


def states_frame(logger: VirtualLogger, seed: str, at_s: int) -> bytes:
    """CN 2021 (设备运行状态) of a second."""
    key = f"{seed}:{logger.mn}"
    states = tuple(State(code, facility_state(key, code, at_s)) for code in logger.facilities)
    return _frame(logger, "2021", _When(at_s, at_s * 1000 + 2), states=states)


def _frame(
    logger: VirtualLogger,
    command: str,
    when: _When,
    *,
    values: tuple[Value, ...] = (),
    states: tuple[State, ...] = (),
) -> bytes:
    return encode(
        Frame(
            crc=Crc.HJ212,
            version=2017,
            qn=f"{_digits(when.sent_ms // 1000)}{when.sent_ms % 1000:03}",
            st=logger.medium,
            cn=command,
            pw=_PASSWORD,
            mn=logger.mn,
            flag=_FLAG,
            data_time_text=_digits(when.data_s),
            values=values,
            states=states,
        )
    )


def _spot(code: str, spot: Spot) -> Value:
    sampled = None if spot.sampled_s is None else _digits(spot.sampled_s)
    return Value(code, rtd=spot.value, zs_rtd=spot.converted, flag=spot.flag, sample_time=sampled)


def _period(code: str, period: Period) -> Value:
    low, mean, high = period.converted or (None, None, None)
    return Value(
        code,
        minimum=period.minimum,
        average=period.average,
        maximum=period.maximum,
        total=period.total,
        zs_min=low,
        zs_avg=mean,
        zs_max=high,
        flag=period.flag,
    )


def _digits(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, BEIJING).strftime("%Y%m%d%H%M%S")
