"""What a committed batch adds to the counters that tell about devices: check sums, policies, lags."""

from itertools import islice

from schemas.policies import Policy
from services.hj212.dialect import CRC_ACCEPT_MODBUS, CRC_OFF
from services.hj212.frame import Crc
from services.ingest.draft import Draft
from services.ingest.metrics import IngestMetrics

POLICIES = frozenset({*(policy.value for policy in Policy), CRC_ACCEPT_MODBUS, CRC_OFF})
# A histogram takes longer to observe than a frame should cost.
MOST_LAGS = 100


def count_draft(metrics: IngestMetrics, draft: Draft) -> None:
    """Count a draft that was committed; of some devices the lag of one frame each."""
    fast = draft.straight.frames + draft.suspect.frames
    if fast:
        metrics.crc_kind.labels(kind=Crc.HJ212.value).inc(fast)
    for kind, frames in draft.crcs.items():
        metrics.crc_kind.labels(kind=kind).inc(frames)
    for (_, note), frames in draft.notes.items():
        if note in POLICIES:
            metrics.policy_frames.labels(policy=note).inc(frames)
    for lag_us in islice(draft.lags_us.values(), MOST_LAGS):
        metrics.device_lag.observe(lag_us / 1e6)
