"""Five million minute readings of 100 channels, put straight into their table."""

from datetime import UTC, datetime, timedelta

import psycopg

from tests.fixtures.registry import stored

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
OUTLETS = 10
CODES = (
    "a21026",
    "a21002",
    "a34013",
    "a19001",
    "a01011",
    "a01012",
    "a01013",
    "a01014",
    "a21005",
    "a00000",
)
MINUTES = 50_000
END = BEGIN + timedelta(minutes=MINUTES)
ROWS = OUTLETS * len(CODES) * MINUTES
FILL = """
INSERT INTO reading_minute (time, channel, value, minimum, maximum, converted, total, flag, span_s,
  sent_at, received_at, batch, seq)
SELECT %(begin)s + minute * INTERVAL '1 minute', channel.id, round((50 + 40 * sin(minute / 97.0))::numeric, 3),
  round((45 + 40 * sin(minute / 97.0))::numeric, 3), round((55 + 40 * sin(minute / 97.0))::numeric, 3),
  round((60 + 40 * sin(minute / 97.0))::numeric, 2), round((minute * 0.37)::numeric, 4), 'N', 60,
  %(begin)s + (minute + 1) * INTERVAL '1 minute',
  %(begin)s + (minute + 1) * INTERVAL '1 minute' + INTERVAL '413 milliseconds', 1 + minute / 10, channel.id
FROM channel CROSS JOIN generate_series(0, %(minutes)s - 1) AS minute
"""


def registry() -> str:
    """One plant with its outlets; each has a logger with a channel a code."""
    lines = ["plants:", "  - code: P1", "    name: 示例电厂", "    region: 1505", "    outlets:"]
    lines += [
        f"      - {{code: DA{one:03d}, medium: air, name: 第{one}排口}}" for one in range(OUTLETS)
    ]
    lines.append("    devices:")
    for one in range(OUTLETS):
        lines += [
            f"      - mn: MN-{one}",
            "        commissioned_at: 2024-01-01",
            "        channels:",
        ]
        lines += [f"          - {{code: {code}, point: DA{one:03d}/out/{code}}}" for code in CODES]
    return "\n".join(lines)


def fill(url: str, minutes: int = MINUTES) -> int:
    """Register and fill; how many rows."""
    with psycopg.connect(url, autocommit=True) as owner:
        stored(owner, registry())
        owner.execute(FILL.encode(), {"begin": BEGIN, "minutes": minutes})
        owner.execute("ANALYZE")
    return OUTLETS * len(CODES) * minutes
