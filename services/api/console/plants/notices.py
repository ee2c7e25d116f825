"""What a plant's people have to see to, the most urgent first: of limits, orders, quotas. Pure.

It must not know how it is shown.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple
from urllib.parse import quote

from services.api.console.plants.cards import OutletCard, PointCard
from services.api.console.plants.read import Today
from services.rules.marks.quota import QuotaUse

SOON: Final = timedelta(days=2)
RED, ORANGE, YELLOW, BLUE = "red", "orange", "yellow", "blue"
URGENCY: Final = {RED: 0, ORANGE: 1, YELLOW: 2, BLUE: 3}
HOUR_S: Final = 3600


class Notice(NamedTuple):
    """Something to see to; `place` names what it is about in both languages, `link` leads there."""

    severity: str
    kind: str
    place: tuple[str, str]
    zh: str
    en: str
    link: str
    sure: bool = True


def notices_of(today: Today, cards: list[OutletCard], plant: str) -> list[Notice]:
    """The most urgent first."""
    found = [
        *_of_points(cards),
        *_of_facilities(today),
        *_of_orders(today),
        *_of_quotas(today, plant),
    ]
    return sorted(found, key=lambda one: URGENCY[one.severity])


def _of_points(cards: list[OutletCard]) -> Iterator[Notice]:
    for card in cards:
        for point in card.limited:
            found = _of_point(card.code, point)
            if found is not None:
                yield found


def _of_point(outlet: str, card: PointCard) -> Notice | None:
    place = f"{outlet} {card.name.zh}", f"{outlet} {card.name.en}"
    link = f"#{outlet}"
    share = None if card.projected is None else _share(card.projected.row.evidence)
    if card.beyond is not None:
        row = card.beyond.row
        more_zh = "" if share is None else f"，本小时预计为限值的 {share:.0f} %"
        more_en = "" if share is None else f"; the hour is projected at {share:.0f} % of it"
        return Notice(
            *(RED, "over_limit_now", place, f"现在超过小时限值{more_zh}。"),
            *(f"is over the hourly limit now{more_en}.", link, row.sure),
        )
    if card.projected is None or share is None:
        return None
    over = share > 100  # noqa: PLR2004 - per cent
    return Notice(
        *(ORANGE if over else YELLOW, "prewarning", place, f"本小时预计为限值的 {share:.0f} %。"),
        *(f"this hour is projected at {share:.0f} % of its limit.", link, card.projected.row.sure),
    )


def _share(evidence: Mapping[str, object]) -> float | None:
    said = evidence.get("share")
    return float(said) * 100 if isinstance(said, str) else None


def _of_facilities(today: Today) -> Iterator[Notice]:
    names = {one.id: one for one in today.subjects}
    for found in today.findings:
        row, own = found.row, names.get(found.row.subject)
        if row.rule in {"facility_off", "bypass_open"} and own is not None:
            yield Notice(
                RED,
                row.rule,
                (own.name or own.code, own.code),
                row.zh,
                row.en,
                "#facilities",
                row.sure,
            )


def _of_orders(today: Today) -> Iterator[Notice]:
    for order in today.orders:
        dues = {
            "issued": order.dues.accept,
            "accepted": order.dues.answer,
            "returned": order.dues.answer,
        }
        due = dues.get(order.state.value)
        if due is None:
            continue
        late = due <= today.at
        severity = RED if late else ORANGE if due - today.at < SOON else BLUE
        act_zh, act_en = ("签收", "accept") if order.state == "issued" else ("反馈", "answer")
        yield Notice(
            severity,
            "order",
            (f"督办单 {order.number}", f"Order {order.number}"),
            f"须{act_zh}" + ("，已超期。" if late else "。"),
            f"the plant has to {act_en} it" + (": overdue." if late else "."),
            f"/console/orders/{order.order}",
        )


def _of_quotas(today: Today, plant: str) -> Iterator[Notice]:
    names = {one.id: one.code for one in today.subjects}
    for unit, uses in today.quotas.items():
        for use in uses:
            if use.exhausted or use.warned_s is not None:
                yield _of_quota(names[unit], use, f"/console/plants/{quote(plant, safe='')}/marks")


def _of_quota(unit: str, use: QuotaUse, link: str) -> Notice:
    used = use.used_s / HOUR_S
    allowed = "?" if use.allowed_s is None else f"{use.allowed_s / HOUR_S:.0f}"
    return Notice(
        *(
            RED if use.exhausted else ORANGE,
            "quota",
            (f"{unit} {use.pool.zh}", f"{unit} {use.pool.en}"),
        ),
        f"豁免时长已用 {used:.1f} / {allowed} 小时" + ("，已超出。" if use.exhausted else "。"),
        f"{used:.1f} of {allowed} h of exempt time are used"
        + (": more than there is." if use.exhausted else "."),
        link,
    )
