"""Reactions to what others announce."""

from huiqun.foundation.facts import subscribe

subscribe("customers.ConsentWithdrawn", "communities.leave_all")
for _kind in (
    "ApprovalVoided",
    "DossierWithdrawn",
    "DossierOutdated",
    "SubjectStopped",
    "LicenceEnded",
    "LicenceExpired",
):
    subscribe(f"compliance.{_kind}", "communities.recall")
