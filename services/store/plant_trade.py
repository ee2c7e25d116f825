"""What a plant is said to do: its industry, and the processes and fuels of its units.

It must not know what anybody concludes from it.
"""

from services.store.session import Session

TRADE = """
SELECT DISTINCT word FROM (
  SELECT industry AS word FROM plant WHERE id = %(plant)s
  UNION ALL SELECT unnest(ARRAY[process, fuel]) FROM process_unit
    JOIN subject ON subject.id = process_unit.id WHERE subject.plant = %(plant)s
) AS said WHERE word <> '' ORDER BY word
"""


def trade_of(session: Session, plant: int) -> list[str]:
    """As registered, each once; nothing where nobody said it. Raises psycopg.Error."""
    return [str(word) for (word,) in session.execute(TRADE, {"plant": plant}).fetchall()]
