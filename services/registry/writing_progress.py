"""How many rows an import stores, statement by statement, and the bar that shows how far it is."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from schemas.registry_rows import RegistryRows


def rows_to_store(rows: RegistryRows) -> int:
    """What the writing of these rows reports in all: a row counts once for each table it goes to."""
    flat = (rows.regions, rows.plants, rows.devices, rows.points, rows.channels, rows.groups)
    lists = (rows.mns, rows.settings, rows.bindings)
    return (
        sum(map(len, flat))
        + sum(len(one) for held in lists for one in held.values())
        # The common row and that of the kind; mergers follow when all outlets are there.
        + 2 * len(rows.subjects)
        + sum(
            row.kind == "outlet" and (row.id > 0 or row.successor is not None)
            for row in rows.subjects.values()
        )
        + sum(len(group.facilities) + len(group.serves) for group in rows.groups.values())
    )


@contextmanager
def writing_progress(rows: RegistryRows) -> Generator[Callable[[str, int], None]]:
    """A bar on the error output; gives whom the writing tells of rows stored."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("writing 写入", total=rows_to_store(rows))
        yield lambda _, stored: bar.advance(task, stored)
