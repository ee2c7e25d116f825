"""What a logger reports once in an hour: calibrations, checks, faults, restarts, settings.

Codes are those of HJ 212-2017 table B.10. It must not know how a report is put into words.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from schemas.registry_words import BEIJING
from services.simulate.process.befall import (
    CALIBRATION_S,
    calibration_begins,
    check_numbers,
    top_of,
)
from services.simulate.process.chance import HOUR_S, generator
from services.simulate.process.codes import CHECKED, OXYGEN, SLOW_S
from services.simulate.process.load import BEIJING_S, DAY_S
from services.simulate.process.sewage import ANALYSIS_S
from services.simulate.process.shown import Display
from services.simulate.site import Episode, LoggerPlan, Site
from services.simulate.world import STEP_S, Happening, ParameterSet, Quantity, VirtualDevice

# i12001: 0 running, 1 maintenance, 2 fault, 3 calibration; i22001 the same of the logger.
_STATUS: Final = {"calibration": "3", "maintenance": "1", "fault": "2"}
_SAID: Final = {
    "calibration": ("开始校准", "校准结束"),
    "maintenance": ("开始维护", "维护结束"),
    "fault": ("分析仪故障", "故障排除"),
}
_RETAIN_ABOVE: Final = {"w01018": 50.0, "w21003": 5.0, "w21011": 0.5, "w21001": 15.0}
"""Above these a sample is retained; the figures are those of GB 18918-2002, table 1, class 1A."""
_WITH_CHECKS: Final = frozenset({"hj212-2025", "cems-v1"})
_SETTINGS_HOUR: Final = 1


def happenings(
    site: Site, device: VirtualDevice, shown: Display, begin_s: int
) -> tuple[Happening, ...]:
    """All that the device reports once in the hour from `begin_s`, in order of time."""
    logger = site.loggers[device.code]
    end_s = begin_s + HOUR_S
    found: list[Happening] = []
    for at_s in calibration_begins(logger, begin_s - CALIBRATION_S, end_s):
        routine = Episode("calibration", at_s, at_s + CALIBRATION_S)
        found += _of_episode(device, routine)
    for episode in logger.episodes:
        if episode.from_s < end_s and begin_s <= episode.to_s:
            found += _of_episode(device, episode)
    if device.works is not None and device.works.from_s > device.commissioned_s - 1:
        found += _first_words(site, device)
    found += _retained(device, shown, begin_s)
    inside = [
        happening
        for happening in found
        if begin_s <= happening.at_s < end_s and (_tells(device) or happening.kind == "restart")
    ]
    return tuple(sorted(inside, key=lambda happening: happening.at_s))


def _tells(device: VirtualDevice) -> bool:
    """Logs, settings and retained samples have commands since 2017."""
    return device.protocol != "hjt212-2005"


def _of_episode(device: VirtualDevice, episode: Episode) -> Iterator[Happening]:
    if episode.kind == "power_loss":
        yield Happening("restart", episode.to_s, None, None, "")
        yield Happening("log", episode.to_s, None, "i21001", "来电重启 restarted after power loss")
        return
    if episode.kind == "offline":
        yield Happening("log", episode.to_s, None, "i21001", "网络恢复，补传数据 back online")
        return
    concerned = [quantity for quantity in device.quantities if _of(quantity, episode)]
    if not concerned:
        return
    first = concerned[0].code
    if episode.kind == "span_check":
        for quantity in concerned:
            yield _check(device, quantity, episode)
    elif episode.kind in _SAID:
        before, after = _SAID[episode.kind]
        yield Happening("log", episode.from_s, first, "i11001", before)
        yield Happening("status", episode.from_s, first, "i12001", _STATUS[episode.kind])
        yield Happening("log", episode.to_s, first, "i11001", after)
        yield Happening("status", episode.to_s, first, "i12001", "0")


def _check(device: VirtualDevice, quantity: Quantity, episode: Episode) -> Happening:
    """A span check: a command of its own since 2025 (CN 2062), a line in the log before."""
    code, at_s = quantity.code, episode.to_s
    standard, read = numbers = check_numbers(quantity, episode)
    if device.protocol in _WITH_CHECKS:
        text = f"{code}-StandardValue={standard},{code}-Check={read}"
        return Happening("check", at_s, code, None, text, numbers)
    text = f"标样核查 standard {standard} read {read}"
    return Happening("log", at_s, code, "i11001", text, numbers)


def _of(quantity: Quantity, episode: Episode) -> bool:
    if episode.codes:
        return quantity.code in episode.codes
    return quantity.code in CHECKED


def _first_words(site: Site, device: VirtualDevice) -> Iterator[Happening]:
    """A replacement says who it is (CN 3019) and that it has started."""
    assert device.works is not None  # noqa: S101 - the caller has looked
    serial = generator(f"{site.seed}/{device.code}/serial").bytes(12).hex().upper()
    yield Happening("restart", device.works.from_s, None, None, "")
    yield Happening("identity", device.works.from_s, None, "i23005", serial)
    yield Happening("log", device.works.from_s, None, "i21001", "更换数采仪 logger replaced")


def _retained(device: VirtualDevice, shown: Display, begin_s: int) -> Iterator[Happening]:
    """A bottle is filled when a result comes out too high (CN 3015); the text is its number."""
    for quantity in device.quantities:
        limit = _RETAIN_ABOVE.get(quantity.code)
        if limit is None or quantity.point.split("/")[1] != "out":
            continue
        sampled_s = int(shown.sampled[quantity.code][-1])
        at_s = sampled_s + ANALYSIS_S
        if at_s < begin_s or shown.values[quantity.code][(at_s - begin_s) // STEP_S] <= limit:
            continue
        bottle = str(1 + sampled_s // SLOW_S % 24)
        yield Happening("sample_retained", at_s, quantity.code, None, bottle)


def parameters(site: Site, device: VirtualDevice, begin_s: int) -> tuple[ParameterSet, ...]:
    """Settings of the analysers: all once a day, the calibration's time after each calibration."""
    if not _tells(device):
        return ()
    logger = site.loggers[device.code]
    end_s = begin_s + HOUR_S
    found: list[ParameterSet] = []
    local_hour = (begin_s + BEIJING_S) % DAY_S // HOUR_S
    if local_hour == _SETTINGS_HOUR:
        at_s = begin_s + int(logger.phase * 59) * 60
        found += _settings(logger, device, at_s)
    for begin in calibration_begins(logger, begin_s - CALIBRATION_S, end_s):
        at_s = begin + CALIBRATION_S
        if begin_s <= at_s < end_s:
            found += [
                ParameterSet(at_s, quantity.code, "i13006", _digits(at_s))
                for quantity in device.quantities
                if quantity.code in CHECKED
            ][:1]
    return tuple(found)


def _digits(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, BEIJING).strftime("%Y%m%d%H%M%S")


def _settings(logger: LoggerPlan, device: VirtualDevice, at_s: int) -> Iterator[ParameterSet]:
    slope = 1.0 + 0.02 * (logger.phase - 0.5)
    for quantity in device.quantities:
        if quantity.code not in CHECKED:
            continue
        yield ParameterSet(at_s, quantity.code, "i13001", f"{top_of(quantity):g}")
        if quantity.code != OXYGEN:
            yield ParameterSet(at_s, quantity.code, "i13007", "0")
            yield ParameterSet(at_s, quantity.code, "i13008", f"{slope:.4f}")
