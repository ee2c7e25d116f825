"""Flue gas numbers from one state to another: dry, standard state, reference oxygen, ppm, flow, mass.

HJ 75-2017 (its appendix of formulae; printed there as here, the letter of the appendix not read).
It must not know where a number comes from, nor whether it is valid.
"""

from decimal import Decimal, localcontext
from enum import StrEnum
from typing import NamedTuple

from schemas.parameter import Parameters, Source, parameter
from services.rules.exact import EXACT, QUOTIENT, ZERO

_FORMULAE = "HJ 75-2017, formulae of its appendix"

# g/mol, as the formula takes them; nitrogen oxides count as NO2. Codes of HJ 212 annex B.
MOLAR_MASS = {
    "a21026": Decimal(64),  # SO2
    "a21002": Decimal(46),  # NOx as NO2
    "a21003": Decimal(30),  # NO
    "a21004": Decimal(46),  # NO2
}
WHOLE_PERCENT = 100
M3_H_OF = {
    "m3/h": Decimal(1),
    "m3/s": Decimal(3600),
    "Nm3/h": Decimal(1),
    "Nm3/s": Decimal(3600),
}
"""What a flow of each unit is in m3/h; Nm3 is m3 of the standard state."""
_GRAMS = {"kg": 3, "g": 0, "mg": -3, "ug": -6, "μg": -6, "µg": -6, "ng": -9}
_IN_CHINESE = {"千克": "kg", "克": "g", "毫克": "mg", "微克": "ug", "纳克": "ng"}
MG_M3_OF = {
    **{f"{name}/m3": Decimal(1).scaleb(power + 3) for name, power in _GRAMS.items()},
    **{f"{name}/Nm3": Decimal(1).scaleb(power + 3) for name, power in _GRAMS.items()},
    **{f"{zh}/立方米": Decimal(1).scaleb(_GRAMS[en] + 3) for zh, en in _IN_CHINESE.items()},
}
"""What a concentration of gas in each unit is in mg/m3, both of the standard state."""
PPM_OF = {"ppm": Decimal(1), "ppb": Decimal("0.001")}


class ConversionParameters(Parameters):
    """The constants of the formulae; the oxygen from which on nothing is converted."""

    ambient_oxygen: Decimal = parameter(
        Decimal(21),
        "%",
        Source(_FORMULAE, "high"),
        en="oxygen of air in the conversion to a reference oxygen",
        zh="折算公式中的空气含氧量",
        gt=0,
    )
    oxygen_guard: Decimal = parameter(
        Decimal(20),
        "%",
        Source(
            "practice of public code; no clause prints it (the formula itself ends at 21 %)",
            "medium",
        ),
        en="a minute with this oxygen or more is not converted, nor valid for the converted mean",
        zh="含氧量达到或超过该值的分钟不折算、不计入折算均值",
        gt=0,
        le=21,
    )
    zero_celsius: Decimal = parameter(
        Decimal(273),
        "K",
        Source(_FORMULAE, "high"),
        en="0 °C as the formulae print it",
        zh="公式中的 0 ℃（273 K）",
        ge=273,
        le=273.15,
    )
    standard_pressure: Decimal = parameter(
        Decimal(101325),
        "Pa",
        Source(_FORMULAE, "high"),
        en="pressure of the standard state",
        zh="标准状态压力",
        gt=0,
    )
    molar_volume: Decimal = parameter(
        Decimal("22.4"),
        "L/mol",
        Source(_FORMULAE, "high"),
        en="volume of a mole of gas in the standard state",
        zh="标准状态下气体摩尔体积",
        gt=0,
    )


class GasState(NamedTuple):
    """A flue gas: temperature °C, gauge and barometric pressure Pa, moisture % of volume."""

    temperature_c: Decimal
    gauge_pa: Decimal
    barometric_pa: Decimal
    moisture_percent: Decimal = ZERO


class OxygenReason(StrEnum):
    """Why a number cannot be converted to a reference oxygen."""

    MISSING = "oxygen_missing"  # 无同时段含氧量
    INVALID = "oxygen_invalid"  # 含氧量数据无效
    NEGATIVE = "oxygen_negative"  # 含氧量为负
    NEAR_AMBIENT = "oxygen_near_ambient"  # 含氧量接近 21 %
    ABOVE_AMBIENT = "oxygen_above_ambient"  # 含氧量达到或超过 21 %, 公式无定义


def oxygen_factor(
    oxygen: Decimal, reference: Decimal, params: ConversionParameters
) -> Decimal | OxygenReason:
    """(21 - O2 reference) / (21 - O2 measured), both % dry; 50 digits. HJ 75-2017 折算.

    Exactly 1 where both are the same. Raises ValueError for a reference that is not in 0 to 21 %.
    """
    ambient = params.ambient_oxygen
    if not 0 <= reference < ambient:
        raise ValueError(f"a reference oxygen of {reference} % is not in 0 to {ambient} %")
    if oxygen >= params.oxygen_guard:
        return OxygenReason.ABOVE_AMBIENT if oxygen >= ambient else OxygenReason.NEAR_AMBIENT
    if oxygen < 0:
        return OxygenReason.NEGATIVE
    if oxygen == reference:
        return Decimal(1)
    return QUOTIENT.divide(EXACT.subtract(ambient, reference), EXACT.subtract(ambient, oxygen))


def at_reference_oxygen(
    dry: Decimal, oxygen: Decimal, reference: Decimal, params: ConversionParameters
) -> Decimal | OxygenReason:
    """折算浓度 mg/m3 at the reference oxygen (%), of a dry standard one at the oxygen measured (%)."""
    factor = oxygen_factor(oxygen, reference, params)
    return factor if isinstance(factor, OxygenReason) else EXACT.multiply(dry, factor)


def oxygen_behind(
    measured: Decimal, converted: Decimal, reference: Decimal, params: ConversionParameters
) -> Decimal | None:
    """The oxygen (%) with which `measured` gives `converted`: the formula read backwards.

    None where no oxygen does: a converted value of 0.
    """
    if not converted:
        return None
    ratio = QUOTIENT.divide(measured, converted)
    return EXACT.subtract(
        params.ambient_oxygen,
        EXACT.multiply(EXACT.subtract(params.ambient_oxygen, reference), ratio),
    )


def dry_from_wet(wet: Decimal, moisture_percent: Decimal) -> Decimal:
    """Concentration (any unit) of dry gas: wet / (1 - Xsw / 100). Raises ValueError outside 0 to 100 %."""
    return QUOTIENT.divide(wet, _dry_share(moisture_percent))


def wet_from_dry(dry: Decimal, moisture_percent: Decimal) -> Decimal:
    """Concentration (any unit) of wet gas: dry x (1 - Xsw / 100). Raises ValueError outside 0 to 100 %."""
    return EXACT.multiply(dry, _dry_share(moisture_percent))


def standard_from_actual(actual: Decimal, gas: GasState, params: ConversionParameters) -> Decimal:
    """Concentration (mg/m3) of the standard state: actual x 101325 / (B + Ps) x (273 + ts) / 273.

    Raises ValueError where pressure or absolute temperature is not above 0.
    """
    return QUOTIENT.divide(actual, _standard_share(gas, params))


def actual_from_standard(standard: Decimal, gas: GasState, params: ConversionParameters) -> Decimal:
    """Concentration (mg/m3) at the state of the gas, of one of the standard state; raises ValueError."""
    return QUOTIENT.multiply(standard, _standard_share(gas, params))


def mg_m3_from_ppm(ppm: Decimal, molar_mass: Decimal, params: ConversionParameters) -> Decimal:
    """mg/m3 of the standard state: ppm x M / 22.4; M in g/mol (`MOLAR_MASS`; NOx as NO2: 46)."""
    return QUOTIENT.divide(EXACT.multiply(ppm, molar_mass), params.molar_volume)


def ppm_from_mg_m3(mg_m3: Decimal, molar_mass: Decimal, params: ConversionParameters) -> Decimal:
    """Ppm of volume: mg/m3 x 22.4 / M."""
    return QUOTIENT.divide(EXACT.multiply(mg_m3, params.molar_volume), molar_mass)


def in_mg_m3(number: Decimal, unit: str, code: str, params: ConversionParameters) -> Decimal | None:
    """A concentration of gas in mg/m3 (Nm3 is m3); None: its unit is none, or no molar mass is known.

    `code` of HJ 212 for parts of volume, which need the molar mass.
    """
    scale = MG_M3_OF.get(unit)
    if scale is not None:
        return EXACT.multiply(number, scale)
    if unit not in PPM_OF or code not in MOLAR_MASS:
        return None
    return mg_m3_from_ppm(EXACT.multiply(number, PPM_OF[unit]), MOLAR_MASS[code], params)


def no2_from_no(no_mg_m3: Decimal) -> Decimal:
    """NO in mg/m3 counted as NO2, in mg/m3: x 46 / 30 (about 1.53)."""
    return QUOTIENT.divide(EXACT.multiply(no_mg_m3, MOLAR_MASS["a21004"]), MOLAR_MASS["a21003"])


def actual_flow(area_m2: Decimal, velocity_m_s: Decimal, field: Decimal = Decimal(1)) -> Decimal:
    """Flow of the gas as it is, m3/h: 3600 x F x Kv x Vp; `field` Kv: velocity field coefficient 速度场系数."""
    return EXACT.multiply(EXACT.multiply(EXACT.multiply(area_m2, field), velocity_m_s), 3600)


def dry_standard_flow(actual: Decimal, gas: GasState, params: ConversionParameters) -> Decimal:
    """标干流量 in the unit of `actual`: x 273 / (273 + ts) x (B + Ps) / 101325 x (1 - Xsw / 100).

    Raises ValueError where pressure, absolute temperature or moisture cannot be.
    """
    return QUOTIENT.multiply(
        QUOTIENT.multiply(actual, _standard_share(gas, params)), _dry_share(gas.moisture_percent)
    )


def flow_m3_h(flow: Decimal, unit: str) -> Decimal:
    """A flow in m3/h. Raises ValueError for a unit that is none of `M3_H_OF`."""
    if unit not in M3_H_OF:
        raise ValueError(
            f"a flow in {unit!r} cannot be used: one of {', '.join(M3_H_OF)} is needed"
        )
    return EXACT.multiply(flow, M3_H_OF[unit])


def mass_kg_h(dry_standard_mg_m3: Decimal, dry_standard_m3_h: Decimal) -> Decimal:
    """排放速率 kg/h: concentration measured (never the converted one) x flow x 1e-6, at least 0.

    Both of dry gas in the standard state. A negative concentration or flow gives 0.
    """
    if dry_standard_mg_m3 <= 0 or dry_standard_m3_h <= 0:
        return ZERO
    return EXACT.multiply(dry_standard_mg_m3, dry_standard_m3_h).scaleb(-6, context=EXACT)


def _dry_share(moisture_percent: Decimal) -> Decimal:
    if not 0 <= moisture_percent < WHOLE_PERCENT:
        raise ValueError(f"a moisture of {moisture_percent} % is not in 0 to 100 %")
    return EXACT.subtract(1, moisture_percent.scaleb(-2, context=EXACT))


def _standard_share(gas: GasState, params: ConversionParameters) -> Decimal:
    """What part of its volume a gas keeps in the standard state: 273/(273+ts) x (B+Ps)/101325."""
    with localcontext(EXACT) as exact:
        kelvin = params.zero_celsius + gas.temperature_c
        pressure = gas.barometric_pa + gas.gauge_pa
        if kelvin <= 0 or pressure <= 0:
            raise ValueError(f"no gas is at {gas.temperature_c} °C and {pressure} Pa")
        above = exact.multiply(params.zero_celsius, pressure)
        below = exact.multiply(kelvin, params.standard_pressure)
    return QUOTIENT.divide(above, below)
