"""A database server of a benchmark's own, thrown away at its end."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from services.embedded import servers
from services.embedded.servers import ServerSettings


@contextmanager
def server(settings: ServerSettings) -> Generator[str]:
    """The address of its database."""
    folder = Path(tempfile.mkdtemp(prefix="qingkong-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    running = servers.up(folder, settings=settings)
    try:
        yield running.database_url
    finally:
        servers.down(folder)
        servers.reset(folder)
        shutil.rmtree(folder, ignore_errors=True)
