"""Results leave the system: without persons, with a purpose, as a fact."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiqun.customers.queries.sheets import workbook
from huiqun.feedback.events import SurveyExported
from huiqun.feedback.queries.results import results_of
from huiqun.feedback.queries.surveys import visible_survey
from huiqun.feedback.rules.refusals import ReasonMissing
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_time


@transaction.atomic
def export_survey(*, survey_id: int, purpose: str, by: Staff, now: datetime) -> bytes:
    """Counts, cross-tables and texts as XLSX, as they are on the page. :raises SurveyNotFound, ReasonMissing"""
    survey = visible_survey(survey_id, by)
    purpose = purpose.strip()[:200]
    if not purpose:
        raise ReasonMissing
    results = results_of(survey, now=now)
    fact = SurveyExported(survey_id=survey.pk, answers=results.completed, purpose=purpose)
    facts.record(fact, at=now, by=by, branch_id=by.branch_id)
    mark = _("Taken by %(who)s on %(when)s, for: %(purpose)s") % {
        "who": f"{by.full_name} ({by.get_username()})",
        "when": f"{local_time(now):%Y-%m-%d %H:%M}",
        "purpose": purpose,
    }
    return workbook(title=survey.title, header=[mark], rows=results.as_rows())
