"""The ground truth of a run, written beside it as lines of JSON, a file a noun.

- `incidents.ndjson`: what truly happens in its time: kind, subject (PLANT/CODE), from, to, honest, detail.
- `states.ndjson`: each change of a state as the device reports it: mn, code (as sent), facility
  (as registered), at, state. The first report of a device counts as a change.
- `parameters.ndjson`: mn, at, about, code, value. `events.ndjson`: mn, at, kind, about, code, text.
- `accounts.ndjson`: of each MN and hour of sending: messages, frames, refused (frames by reason,
  where `registry.yaml` is registered), odd (frames by the reason for which they are refused where
  the device's policies are not registered; none of them is in refused), repeated (frames that say
  nothing new; neither in refused).
- `keys.ndjson`: mn and SM4 key, in hex digits, of the devices that encrypt.
- `registry.yaml` and `scenario.yaml`: what the run was made of.

Times are seconds since 1970 UTC; of states, parameters and events by the device's own clock, right
or wrong. What was said counts, whether it has arrived or not. Memory does not grow with the run.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

import orjson
import yaml

from services.simulate.outgoing import Outgoing
from services.simulate.said import EventFact, ParameterFact, Said, StateFact
from services.simulate.world import Interval, VirtualDevice, World

NOUNS: Final = ("states", "parameters", "events", "accounts")
AHEAD_S: Final = 600
"""What is dated further ahead of its receipt is refused (the receiver's setting, its default)."""
DAY_S: Final = 86_400
_HOUR_S: Final = 3_600


@dataclass(slots=True)
class Account:
    """What an MN sends in an hour."""

    messages: int = 0
    frames: int = 0
    repeated: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    odd: Counter[str] = field(default_factory=Counter[str])


@dataclass(slots=True)
class Truth:
    """Notes what is said and sent; `received_s` tells when a message sent then is received."""

    world: World
    received_s: Callable[[float], float]
    files: Mapping[str, TextIO]
    _states: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    _accounts: dict[str, Account] = field(default_factory=dict[str, Account])
    _hour_s: int = 0
    _holders: dict[str, list[VirtualDevice]] = field(default_factory=dict[str, list[VirtualDevice]])

    def __post_init__(self) -> None:
        for each in self.world.devices:
            self._holders.setdefault(each.mn, []).append(each)

    def said(self, device: VirtualDevice, one: Said) -> None:
        """Note the facts of a message."""
        for fact in one.facts:
            match fact:
                case StateFact():
                    self._state(device, fact)
                case EventFact():
                    self._write("events", {"mn": device.mn} | _row(fact._asdict()))
                case ParameterFact():
                    self._write("parameters", {"mn": device.mn} | _row(fact._asdict()))

    def sent(self, one: Outgoing) -> None:
        """Count a message that goes out."""
        hour_s = int(one.at_s) // _HOUR_S * _HOUR_S
        if hour_s != self._hour_s:
            self.close()
            self._hour_s = hour_s
        account = self._accounts.setdefault(one.mn, Account())
        account.messages += 1
        account.frames += one.frames
        refused = one.refused or self._not_held(one)
        if refused:
            account.refused[refused] += one.frames
            return
        if one.odd:
            account.odd[one.odd] += one.frames
        if one.repeated:
            account.repeated += one.frames

    def close(self) -> None:
        """Write the accounts of the hour that is over."""
        for mn, account in sorted(self._accounts.items()):
            row: dict[str, object] = {
                "mn": mn,
                "hour": self._hour_s,
                "messages": account.messages,
                "frames": account.frames,
                "refused": dict(account.refused),
                "odd": dict(account.odd),
                "repeated": account.repeated,
            }
            self._write("accounts", row)
        self._accounts.clear()

    def _not_held(self, one: Outgoing) -> str | None:
        """Why the registry does not hold the message to be its device's (unknown, or its clock)."""
        received_s = self.received_s(one.at_s)
        holder = next((each for each in self._holders[one.mn] if _holds(each, received_s)), None)
        if holder is None:
            return "unknown_device"
        ahead = one.dated_s > received_s + AHEAD_S or one.shown_s > received_s + DAY_S
        return "clock" if ahead or one.dated_s < holder.commissioned_s else None

    def _state(self, device: VirtualDevice, fact: StateFact) -> None:
        key = (device.mn, fact.code)
        if self._states.get(key) == fact.state:
            return
        self._states[key] = fact.state
        named = {"facility": dict(device.facilities).get(fact.code)}
        self._write("states", {"mn": device.mn} | _row(fact._asdict()) | named)

    def _write(self, noun: str, row: Mapping[str, object]) -> None:
        self.files[noun].write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode())


@contextmanager
def truth_beside(
    folder: Path,
    world: World,
    scenario: str,
    received_s: Callable[[float], float],
    during: Interval | None = None,
) -> Generator[Truth]:
    """Open the files of a run in `folder`, which is made; raises OSError.

    Of the incidents those are noted that overlap `during`; None: all of the world's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(scenario, encoding="utf-8")
    (folder / "registry.yaml").write_text(registry_text(world), encoding="utf-8")
    with (folder / "incidents.ndjson").open("wb") as file:
        file.writelines(map(_line, _incidents(world, during)))
    with (folder / "keys.ndjson").open("wb") as file:
        file.writelines(
            _line({"mn": each.mn, "key": each.sm4_key.hex()})
            for each in world.devices
            if each.sm4_key is not None
        )
    with ExitStack() as stack:
        files = {
            noun: stack.enter_context((folder / f"{noun}.ndjson").open("w", encoding="utf-8"))
            for noun in NOUNS
        }
        truth = Truth(world, received_s, files)
        try:
            yield truth
        finally:
            truth.close()


def registry_text(world: World) -> str:
    """The registry that fits the world, as `qingkong registry import` takes it."""
    return yaml.safe_dump(world.registry, allow_unicode=True, sort_keys=False, width=100)


def _holds(device: VirtualDevice, at_s: float) -> bool:
    works = device.works
    return works is None or works.from_s <= at_s < works.to_s


def _incidents(world: World, during: Interval | None) -> Iterator[dict[str, object]]:
    for each in world.incidents:
        if during and not (each.during.from_s < during.to_s and each.during.to_s > during.from_s):
            continue
        yield {
            "kind": each.kind,
            "subject": each.subject,
            "from": each.during.from_s,
            "to": each.during.to_s,
            "honest": each.honest,
            "detail": each.detail,
        }


def _row(fact: Mapping[str, object]) -> dict[str, object]:
    return {"at" if name == "at_s" else name: value for name, value in fact.items()}


def _line(row: Mapping[str, object]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
