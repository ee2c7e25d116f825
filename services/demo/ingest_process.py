"""The ingest service as a child process, started and stopped as an operator would."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from services.demo.preparing import DemoError

# The command line itself, whatever folder the script was installed in.
_PROGRAM = (sys.executable, "-c", "from services.cli import main; main()", "ingest")
_PATIENCE_S = 30.0


@asynccontextmanager
async def running_ingest(
    environment: Mapping[str, str], log: Path
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A running ingest that writes to `log`; at the end SIGTERM, and it is waited for.

    Its own session keeps the terminal's Ctrl-C from it. Raises DemoError when it does not stop.
    """
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _stop(process, log)


async def _stop(process: asyncio.subprocess.Process, log: Path) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise DemoError(f"ingest did not stop within {_PATIENCE_S:.0f} s; see {log}") from None
