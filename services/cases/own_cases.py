"""Cases 督办事项 that stand for an order or contest: nothing is asked or held against them by themselves."""

from collections.abc import Sequence

from services.rules.supervision.refusals import Refused
from services.store.alerts import alerts_by_id
from services.store.session import Session


def refuse_own(session: Session, alerts: Sequence[int]) -> None:
    """Raises Refused where one of these cases stands for an order or contest, psycopg.Error."""
    for alert in alerts_by_id(session, alerts) if alerts else ():
        if alert.about:
            stands_for, _, number = alert.about.partition("/")
            zh = "督办单" if stands_for == "order" else "申诉"
            raise Refused(
                f"case {alert.alert} stands for {stands_for} {number} itself: name that {stands_for},"
                " or the case that you mean",
                f"告警 {alert.alert} 即{zh} {number} 的督办事项：请直接针对该{zh}办理，或另选告警",
            )
