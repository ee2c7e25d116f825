"""What is contested is called in words, while places, times and numbers stay."""

import pytest

from schemas.contest import ContestAbout
from services.api.console.contest_title import title_said


@pytest.mark.parametrize(
    ("about", "stored", "zh", "en"),
    [
        (
            ContestAbout.ALERT,
            "P1 prewarning 2026-03-04 16:00",
            "P1 超标预警 2026-03-04 16:00",
            "P1 about to exceed 2026-03-04 16:00",
        ),
        (
            ContestAbout.VERDICT,
            "P1/DA001/out/a21026 hour 2026-03-04 04:00 exceeding",
            "P1/DA001/out/a21026 小时 2026-03-04 04:00 超标",
            "P1/DA001/out/a21026 hour 2026-03-04 04:00 exceeding",
        ),
        (ContestAbout.ORDER, "P1 1501-2026-0002", "P1 1501-2026-0002", "P1 1501-2026-0002"),
    ],
    ids=["case", "verdict", "order"],
)
def test_codes_in_a_title_are_said_in_words(
    about: ContestAbout, stored: str, zh: str, en: str
) -> None:
    assert (title_said(about, stored, "zh"), title_said(about, stored, "en")) == (zh, en)
