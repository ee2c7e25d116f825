"""A running digest over the rows of a table that only grows. Pure.

The digest after n rows depends on the rows and their order alone, not on how often somebody
stopped and went on: so an hourly checkpoint goes on where the last one ended.
"""

import hashlib
from dataclasses import dataclass

START = bytes(32)


@dataclass(slots=True)
class RowChain:
    """How many rows were taken in, and the digest over them."""

    digest: bytes = START
    rows: int = 0

    def add(self, line: bytes | memoryview) -> None:
        """Take in the next row, as its line of COPY in text form."""
        digest = hashlib.sha256(self.digest)
        digest.update(line)
        self.digest = digest.digest()
        self.rows += 1
