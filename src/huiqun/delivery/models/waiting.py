"""What waits before the gate, and what an account may still send today."""

from typing import Any, ClassVar

from django.db import models

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData


class MemberBatch(models.Model):
    """Members of a run that its gate has not judged yet, as the Arrow bytes they came in.

    A million people are some megabytes and a hundred rows here. They become recipients, each row written
    once with its verdict, when the gate judges them; then these rows go.
    """

    personal_data = PersonalData(fields={"members": "pseudonym"}, erasure="delete")

    id = models.BigAutoField(primary_key=True)
    run_id = models.BigIntegerField(db_index=True)
    members = models.BinaryField()

    objects: ClassVar[Any] = models.Manager()


class AccountDay(models.Model):
    """How much an account has sent on one day of the bank's, when its operator allows only so much."""

    personal_data = NO_PERSONAL_DATA

    id = models.BigAutoField(primary_key=True)
    account_id = models.BigIntegerField()
    on_date = models.DateField()
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account_id", "on_date"), name="delivery_account_day"),
        )
