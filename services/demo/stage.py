"""What the demo runs on, once it stands: its services with their settings, and where they are."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from services.demo.service_process import Service
from services.demo.view import Addresses
from services.embedded import servers
from services.embedded.processes import free_port, port_free
from services.runtime.settings import read_settings
from services.simulate.world import World

PROVISIONAL_DELAY_S = "20"
"""The demo judges sooner after an hour's end than is usual: its devices are never long in sending."""
_NOT_OURS = frozenset({
    "QINGKONG_PUBLIC_URL", "QINGKONG_API_TRUSTED_PROXIES", "QINGKONG_API_SHARE_PORT",
    "QINGKONG_OIDC_ISSUER", "QINGKONG_OIDC_CLIENT_ID", "QINGKONG_OIDC_CLIENT_SECRET",
})  # fmt: skip
"""Settings of a service that others reach: the demo's console is this host's alone."""


@dataclass(frozen=True)
class Ports:
    """Three metrics pages, and the console."""

    metrics: int
    judging: int
    serving: int
    console: int


@dataclass(frozen=True)
class Stage:
    """What the demo runs on, once it stands."""

    servers: servers.Servers
    passwords: dict[str, str] = field(repr=False)
    ports: Ports
    world: World = field(repr=False)
    begin_s: int
    seal_file: Path
    kept: int = 0

    @property
    def addresses(self) -> Addresses:
        return Addresses(
            _without_password(self.servers.database_url),
            _without_password(self.servers.mqtt_url),
            f"http://127.0.0.1:{self.ports.metrics}/metrics",
            f"http://127.0.0.1:{self.ports.judging}/metrics",
            f"http://127.0.0.1:{self.ports.console}/console",
        )

    @property
    def example(self) -> str:
        """An outlet of the province."""
        first = self.world.devices[0]
        return f"{first.plant}/{first.outlet}"

    @property
    def ingest(self) -> Service:
        """Takes in what the province sends."""
        own = {
            "QINGKONG_METRICS_PORT": str(self.ports.metrics),
            "QINGKONG_SEAL_KEY": "",
            "QINGKONG_SEAL_KEY_FILE": str(self.seal_file),
        }
        return Service(("ingest",), self.servers.data_dir / "ingest.log", self._environment | own)

    @property
    def judging(self) -> Service:
        """Judges it hour by hour."""
        own = {"QINGKONG_METRICS_PORT": str(self.ports.judging)}
        sooner = {"QINGKONG_PROVISIONAL_DELAY_S": PROVISIONAL_DELAY_S}
        log = self.servers.data_dir / "alerts.log"
        return Service(("alerts", "run"), log, sooner | self._environment | own)

    @property
    def serving(self) -> Service:
        """Serves the console to this host."""
        own = {
            "QINGKONG_METRICS_PORT": str(self.ports.serving),
            "QINGKONG_API_HOST": "127.0.0.1",
            "QINGKONG_API_PORT": str(self.ports.console),
            "QINGKONG_DEMO_ACCOUNTS": "true",
        }
        ours = {name: said for name, said in self._environment.items() if name not in _NOT_OURS}
        return Service(("api",), self.servers.data_dir / "api.log", ours | own)

    @property
    def services(self) -> tuple[Service, ...]:
        """All of them."""
        return self.ingest, self.judging, self.serving

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "QINGKONG_DATABASE_URL": self.servers.database_url,
            "QINGKONG_MQTT_URL": self.servers.mqtt_url,
            "QINGKONG_METRICS_HOST": "127.0.0.1",
        }


def chosen_ports() -> Ports:
    """Those of the settings and the ones after them where these are free, or any that are."""
    settings = read_settings()
    metrics = _port(settings.metrics_port)
    judging = _port(metrics + 1)
    return Ports(metrics, judging, _port(judging + 1), _port(settings.api_port))


def _port(wanted: int) -> int:
    return wanted if wanted and port_free(wanted) else free_port()


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.username}@{parts.hostname}:{parts.port}{parts.path}"
