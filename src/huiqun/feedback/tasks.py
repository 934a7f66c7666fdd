"""Feedback's background doors: its clocks, and what flows into the lake."""

from huiqun.feedback import actions
from huiqun.feedback.events import CaseOpened, ComplaintMade, SurveyAnswered
from huiqun.feedback.rules.surveys import Placement
from huiqun.foundation import clock, flows, jobs


@jobs.periodic("*/10 * * * *", name="feedback.remind_cases")
def remind_cases() -> None:
    actions.remind_cases(now=clock.now())


@jobs.task("feedback.ask_after_activity")
def ask_after_activity(*, fact_id: int, subject: str, body: dict[str, int]) -> None:
    """Somebody took part in an activity."""
    actions.request_answers(
        customer_id=body["customer_id"], placement=Placement.ACTIVITY, source=subject, now=clock.now()
    )


flows.register(
    flows.of_facts(
        "feedback",
        {
            SurveyAnswered.kind(): "survey_answered",
            ComplaintMade.kind(): "complaint_made",
            CaseOpened.kind(): "case_opened",
        },
    )
)
