"""What customers have said about topics, and who is on the phone when they say it."""

from django.db import models

from huiqun.foundation.personal_data import PersonalData


class TopicRefusal(models.Model):
    """Somebody wants no more marketing about a topic, by whatever channel; consents stay as they are."""

    personal_data = PersonalData(fields={"customer_id": "pseudonym"}, erasure="delete")

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    topic = models.CharField(max_length=40)
    since_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer_id", "topic"), name="delivery_topic_refused_once"),
        )
        indexes = (models.Index(fields=("topic", "customer_id"), name="delivery_topic_refused_by"),)


class PhoneCode(models.Model):
    """A one-time code that was sent to a customer, and the visit that it opened.

    Neither the code nor the visit's secret is kept, only a keyed digest of each. ``tries`` counts guesses:
    the one statement that counts also says whether there was one left.
    """

    personal_data = PersonalData(fields={"customer_id": "pseudonym"}, erasure="delete")

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    code_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    until_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    visit_digest = models.CharField(max_length=64, null=True, unique=True)
    visit_until_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("customer_id", "-made_at"), name="delivery_code_of_customer"),)
