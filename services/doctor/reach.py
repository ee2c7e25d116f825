"""Whether somebody listens where a server should be: name, port, answer. Knows no protocol."""

import socket

from services.doctor.finding import Cause, Unreachable

CONNECT_S = 5.0


def connect(host: str, port: int) -> socket.socket | Unreachable:
    """A TCP connection, or in one word why there is none."""
    place = f"{host}:{port}"
    try:
        return socket.create_connection((host, port), timeout=CONNECT_S)
    except socket.gaierror as error:
        return Unreachable(Cause.UNKNOWN_HOST, place, str(error.strerror))
    except ConnectionRefusedError:
        return Unreachable(Cause.REFUSED, place)
    except TimeoutError:
        return Unreachable(Cause.SILENT, place)
    except OSError as error:
        return Unreachable(Cause.OTHER, place, str(error.strerror or error))
