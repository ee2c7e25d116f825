"""Passwords: hashed by Argon2, looked at a few at a time, in the same time whoever is meant.

It must not know whose they are.
"""

import secrets
import threading
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, NamedTuple

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST: Final = 12
LONGEST: Final = 200
# Each takes 64 MiB and some 50 ms of a core.
AT_ONCE: Final = 2
PATIENCE_S: Final = 5.0


class BusyError(Exception):
    """Too many passwords are being looked at."""


class WeakPasswordError(ValueError):
    """The password will not do; the message says why, in Chinese and English."""


class Checked(NamedTuple):
    """Whether it is the password; `better`: its hash by today's measure, where the kept one is weaker."""

    holds: bool
    better: str | None = None


class Passwords:
    """Hashes and checks."""

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        self._hashes = PasswordHash((hasher or Argon2Hasher(),))
        self._gate = threading.BoundedSemaphore(AT_ONCE)
        # Whoever is unknown costs what a known one costs.
        self._nobody = self._hashes.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """Raises BusyError."""
        with self._turn():
            return self._hashes.hash(_plain(password))

    def check(self, password: str, hashed: str | None) -> Checked:
        """None for an account that is unknown, disabled or has no password. Raises BusyError."""
        with self._turn():
            holds, better = self._hashes.verify_and_update(
                _plain(password[:LONGEST]), hashed or self._nobody
            )
        if hashed is None or len(password) > LONGEST:
            return Checked(holds=False)
        return Checked(holds, better)

    @contextmanager
    def _turn(self) -> Generator[None]:
        if not self._gate.acquire(timeout=PATIENCE_S):
            raise BusyError
        try:
            yield
        finally:
            self._gate.release()


def fit_password(password: str, name: str) -> str:
    """The password, when it will do. Raises WeakPasswordError."""
    if len(password) < SHORTEST:
        raise WeakPasswordError(
            f"密码至少 {SHORTEST} 个字符; a password has at least {SHORTEST} characters"
        )
    if len(password) > LONGEST:
        raise WeakPasswordError(
            f"密码至多 {LONGEST} 个字符; a password has at most {LONGEST} characters"
        )
    if name.lower() in password.lower() or len(set(password)) < SHORTEST // 2:
        raise WeakPasswordError(
            "密码不得包含用户名或由少数字符重复而成; "
            "a password holds neither the name nor few characters again and again"
        )
    return password


def _plain(password: str) -> str:
    # The same characters typed on another machine are the same password.
    return unicodedata.normalize("NFKC", password)
