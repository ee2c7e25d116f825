"""A policy explains a reading that it decides, and hides no reading that was changed."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.evidence.finding import Kind
from services.hj212.crc import modbus
from services.hj212.encode import enclose
from services.runtime.settings import Settings
from tests.fixtures.kept import BEIJING, NOW, START, Kept, frame

AT = f"{START + BEIJING:%Y%m%d%H%M%S}"
EPOCH_QN = f"{START.timestamp() * 1000:.0f}"


def framed(content: str, head: str = f"QN={AT}001;ST=31;CN=2011;PW=1;MN=MN-A;Flag=4;") -> bytes:
    return enclose(f"{head}CP=&&DataTime={AT};{content}&&".encode())


PLAIN = framed("a21026-Rtd=1.5,a21026-Flag=N")
RESENT = framed("a21026-Rtd=1.5", f"QN={AT}002;ST=31;CN=2011;PW=1;MN=MN-A;Flag=8;RF=1;")
MODBUS = b"##%04d%s%04X\r\n" % (len(PLAIN) - 12, PLAIN[6:-6], modbus(PLAIN[6:-6]))
BARE = framed("a21026=1.5;a21002-Rtd=2")
EPOCH = framed("a21026-Rtd=1.5", f"QN={EPOCH_QN};ST=31;CN=2011;PW=1;MN=MN-A;Flag=4;")
CHANGE = "UPDATE reading_realtime SET value = 7 WHERE value = 1.5"


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    kept = Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))
    kept.register("MN-A", codes=["a21026", "a21002"])
    return kept


@pytest.mark.parametrize(
    ("payload", "policies", "crc"),
    [
        (frame("MN-A", START, 1.5, ["a21026"]), (), "strict"),
        (RESENT, (), "strict"),
        (MODBUS, (), "accept_modbus"),
        (b"##0400" + PLAIN[6:], ("accept_wrong_length",), "strict"),
        (BARE, ("bare_codes",), "strict"),
        (EPOCH, ("epoch_qn",), "strict"),
    ],
    ids=["plain", "resent", "modbus", "wrong length", "bare codes", "epoch"],
)
async def test_a_changed_reading_is_found_whatever_policy_its_frame_needed(
    kept: Kept, payload: bytes, policies: tuple[str, ...], crc: str
) -> None:
    kept.allow("MN-A", *policies, crc=crc)
    written = await kept.store([("MN-A", payload)], START)
    assert written.head.outcomes == "s"
    # Somebody registers something else later, as always.
    kept.register("MN-B", at=NOW)
    assert (await kept.verify(deep=True)).findings == []

    kept.owner(CHANGE)

    report = await kept.verify(deep=True)
    assert [one.kind for one in report.findings] == [Kind.READING_CHANGED]


@pytest.mark.parametrize(
    ("payload", "policy"), [(BARE, "bare_codes"), (EPOCH, "epoch_qn")], ids=["bare", "epoch"]
)
@pytest.mark.parametrize("before", [True, False], ids=["taken away", "registered"])
async def test_a_policy_that_changed_since_accuses_no_reading(
    kept: Kept, payload: bytes, policy: str, *, before: bool
) -> None:
    if before:
        kept.allow("MN-A", policy)
    await kept.store([("MN-A", payload)], START)
    kept.allow("MN-A", *([] if before else [policy]), at=NOW)

    report = await kept.verify(deep=True)

    assert [one.kind for one in report.findings] == [Kind.REGISTRY_DIFFERS]
    assert report.clean
