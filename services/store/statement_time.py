"""How long each statement of a transaction may take, where more is asked of it than of a look.

It must not know what is asked.
"""

from services.store.session import Session

ALLOW = "SELECT set_config('statement_timeout', %s, true)"


def allow_statements(session: Session, seconds: float) -> None:
    """Let each statement take so long, until the caller's transaction ends. Raises psycopg.Error."""
    session.execute(ALLOW, (str(round(seconds * 1000)),))
