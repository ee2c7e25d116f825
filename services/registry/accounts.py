"""Accounts of devices as JSON values."""

from collections.abc import Iterable

from schemas.registry_words import BEIJING
from services.store.accounting import DeviceAccount, HourAccount


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
            "reject_share": row.reject_share,
        }
        for row in accounts
    ]


def hours_json(
    mn: str, accounts: Iterable[DeviceAccount], hours: Iterable[HourAccount]
) -> dict[str, object]:
    """One MN's devices and hours; of each hour, received = stored + repeated + rejected."""
    return {
        "mn": mn,
        "devices": accounts_json(accounts),
        "hours": [
            row._asdict() | {"hour": row.hour.astimezone(BEIJING).isoformat()} for row in hours
        ],
    }
