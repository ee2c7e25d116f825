"""The virtual loggers of the demo: who they are, and what they measure. Fictional, and plainly so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from services.simulate.model import Spot, coal_stack, gas_boiler, sewage_outlet

# How many decimals a logger shows (HJ 212-2017 annex B, with one more where an analyser has it).
DECIMALS: Final = {
    "a21026": 2,
    "a21002": 2,
    "a34013": 2,
    "a19001": 2,
    "a01011": 2,
    "a01012": 1,
    "a01013": 3,
    "a01014": 1,
    "a00000": 2,
    "w01018": 1,
    "w21003": 2,
    "w21011": 3,
    "w21001": 2,
    "w01001": 2,
    "w00000": 2,
}
# HJ 212-2017 table 5: air and water pollution sources.
Medium = Literal["31", "32"]


@dataclass(frozen=True, slots=True)
class VirtualLogger:
    """A logger: its MN, what it speaks, what it measures, which facilities it watches."""

    mn: str
    protocol: Literal["hj212", "json"]
    medium: Medium
    measure: Callable[[str, int], dict[str, Spot]]
    facilities: tuple[str, ...] = ()

    def spots(self, seed: str, at_s: int) -> dict[str, Spot]:
        """What it shows at a second since 1970 UTC, rounded as its display does."""
        return {
            code: Spot(
                round(spot.value, DECIMALS[code]),
                None if spot.converted is None else round(spot.converted, DECIMALS[code]),
                spot.flag,
                spot.sampled_s,
            )
            for code, spot in self.measure(f"{seed}:{self.mn}", at_s).items()
        }


def demo_loggers() -> tuple[VirtualLogger, ...]:
    """The loggers that demo_registry.yaml registers."""
    return (
        VirtualLogger("88888888DE00000000000001", "hj212", "31", coal_stack, ("SB1", "SB2")),
        VirtualLogger("88888888DE00000000000002", "hj212", "32", sewage_outlet, ("SB1",)),
        VirtualLogger("88888888DE00000000000003", "json", "31", gas_boiler, ("SB1",)),
    )
