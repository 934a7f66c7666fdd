"""Who was meant by what was sent under a subject."""

from collections.abc import Collection

from huiqun.delivery.models import Recipient, Run

TREATMENT = "treatment"


def invited(*, subject: str, customer_ids: Collection[int]) -> frozenset[int] | None:
    """Those of ``customer_ids`` who are in a run of the subject, reached or not, and not in the control group.

    None when nothing was sent under the subject: nobody was left out then.
    """
    runs = list(Run.objects.filter(subject=subject).values_list("id", flat=True))
    if not runs:
        return None
    people = Recipient.objects.filter(run_id__in=runs, customer_id__in=customer_ids, arm=TREATMENT)
    return frozenset(people.values_list("customer_id", flat=True))
