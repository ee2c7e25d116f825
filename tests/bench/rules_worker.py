"""An evaluator in a process of its own: `python -m tests.bench.rules_worker URL NOW ...`.

Says `ready` once it knows the registry. On a line from its input it judges, at each time in turn,
until nothing is left, and says in JSON what it did and what that cost it and its server process.
"""

import json
import logging
import os
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.alerts import composition
from services.alerts.evaluator import Evaluator, Round, summed
from services.alerts.plant_reading import Asked
from services.alerts.quality_work import judged_quality
from services.rules.judging.case import Judgements
from services.store.connection import connect_now
from services.store.judging import Work
from services.store.session import Session
from tests.bench.rules_plants import START


@dataclass
class Indicators:
    """Knows how long judging was at the indicators of data quality."""

    took_s: float = 0.0

    def judged(self, session: Session, asked: Asked, work: Work) -> Judgements:
        began = time.monotonic()
        try:
            return judged_quality(session, asked, work)
        finally:
            self.took_s += time.monotonic() - began


def main(url: str, *times: str) -> None:
    # Each connection would warn that the zone UTC0 has no file.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    now = START
    with connect_now(url, "alerts", "bench") as session:
        indicators = Indicators()
        composition.judged_quality = indicators.judged
        evaluator = Evaluator(session, lambda: now)
        evaluator.round()
        print("ready", flush=True)
        sys.stdin.readline()
        found: list[dict[str, float]] = []
        for text in times:
            now = datetime.fromisoformat(text)
            found.append(_judged(evaluator, indicators))
        print(json.dumps(found), flush=True)


def _judged(evaluator: Evaluator, indicators: Indicators) -> dict[str, float]:
    pids = os.getpid(), evaluator.session.info.backend_pid
    before, began = sum(map(_cpu_s, pids)), time.monotonic()
    indicators_s = indicators.took_s
    total = done = Round()
    while done.hours or total is done:
        done = evaluator.round()
        total = summed(total, done)
    return {
        "hours": total.hours,
        "wall_s": time.monotonic() - began,
        "indicators_s": indicators.took_s - indicators_s,
        "cpu_s": sum(map(_cpu_s, pids)) - before,
    }


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(*sys.argv[1:])
