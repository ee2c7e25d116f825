"""Accounts of devices as JSON values."""

from collections.abc import Iterable

from schemas.registry_words import BEIJING
from services.store.accounting import DeviceAccount, HourAccount
from services.store.balance import HourBalance


def accounts_json(accounts: Iterable[DeviceAccount]) -> list[dict[str, object]]:
    """One object a device; times in Beijing time, the lag in seconds, the share from 0 to 1."""
    return [
        {
            "mn": row.mn or None,
            "plant": row.plant or None,
            "device": row.device or None,
            "last_contact": row.last_contact and row.last_contact.astimezone(BEIJING).isoformat(),
            "lag_s": row.lag_s,
            "received": row.received,
            "stored": row.stored,
            "repeated": row.repeated,
            "rejected": row.rejected,
            "recovered": row.recovered,
            "pending": row.pending,
            "reject_share": row.reject_share,
        }
        for row in accounts
    ]


def hours_json(
    mn: str, accounts: Iterable[DeviceAccount], hours: Iterable[HourAccount]
) -> dict[str, object]:
    """One MN's devices and hours; received = stored + repeated + rejected + pending in each."""
    return {
        "mn": mn,
        "devices": accounts_json(accounts),
        "hours": [
            row._asdict() | {"hour": row.hour.astimezone(BEIJING).isoformat()} for row in hours
        ],
    }


def balance_json(hours: Iterable[HourBalance]) -> list[dict[str, object]]:
    """The hours that do not come out even, with each side of the equation."""
    return [{**row._asdict(), "hour": row.hour.astimezone(BEIJING).isoformat()} for row in hours]
