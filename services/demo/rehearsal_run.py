"""A rehearsal put together: a database set up for a world, the world played, the outcome compared.

Who judges is handed in: the alert service's own hands, or a process that somebody kills.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from services.demo.limits import assign_limits
from services.demo.preparing import APPLICATION, keep_keys, register_world, seal_file
from services.demo.rehearsal_course import Judge, Rehearsal, Told
from services.demo.rehearsal_expected import befallen, expected, last_moment
from services.demo.rehearsal_intake import intake
from services.demo.rehearsal_kept import demanded, raised_in, read_ceilings
from services.demo.rehearsal_numbers import Numbers
from services.demo.rehearsal_shown import ShownHours
from services.demo.rehearsal_truth import Verdict, compared
from services.simulate.world import Interval, World
from services.store.session import session


@dataclass
class Run:
    """A world to be played from `during.from_s` to `during.to_s`, judged every `step_s` of it."""

    database_url: str
    world: World
    during: Interval
    step_s: int
    shown: ShownHours = field(default_factory=lambda: ShownHours({}))
    rehearsal: Rehearsal = field(init=False)

    def __post_init__(self) -> None:
        self.rehearsal = Rehearsal(self.world, self.during, self.step_s, self.shown.measure)

    @property
    def begin(self) -> datetime:
        return datetime.fromtimestamp(self.during.from_s, UTC)

    async def play(self, folder: Path, judge: Judge, told: Told) -> None:
        """Set the database up, and play all of it; keys lie in `folder`.

        Raises what setting up, the intake and the judge raise.
        """
        seal = self._set_up(folder)
        self.shown.ceilings = read_ceilings(self.database_url)
        async with intake(self.database_url, seal) as taking:
            await self.rehearsal.play(taking, judge, told)

    def outcome(self) -> Verdict:
        """What was raised, held against what happened. Raises StoreError."""
        wanted = [
            *expected(self.world, self.during, self.rehearsal.reported, self.step_s),
            *Numbers(self.world, self.during, self.shown).expected(),
        ]
        end = last_moment(self.world, self.during)
        with session(self.database_url, "alerts", APPLICATION) as connection:
            wanted += demanded(connection, end)
            raised = [one for one in raised_in(connection) if one.since < end]
        return compared(wanted, befallen(self.world, self.during), raised, self.shown.shows)

    def _set_up(self, folder: Path) -> Path:
        register_world(self.database_url, self.world, self.begin)
        seal = seal_file(folder)
        keep_keys(self.database_url, self.world, seal)
        with session(self.database_url, "registrar", APPLICATION) as connection:
            assign_limits(connection, self.begin)
        return seal
