"""A service as a child process, started and stopped as an operator would."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.demo.preparing import DemoError

# The command line itself, whatever folder the script was installed in.
_PROGRAM = (sys.executable, "-c", "from services.cli import main; main()")
_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Service:
    """A command of `qingkong`, where it writes what it says, and its environment."""

    words: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(repr=False)

    @property
    def name(self) -> str:
        return " ".join(self.words)


@asynccontextmanager
async def running(service: Service) -> AsyncGenerator[asyncio.subprocess.Process]:
    """The service, running; at the end SIGTERM, and it is waited for.

    Its own session keeps the terminal's Ctrl-C from it. Raises DemoError when it does not stop.
    """
    with service.log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM,
            *service.words,
            env=dict(service.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _stop(process, service)


async def _stop(process: asyncio.subprocess.Process, service: Service) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise DemoError(
            f"{service.name} did not stop within {_PATIENCE_S:.0f} s; see {service.log}"
        ) from None
