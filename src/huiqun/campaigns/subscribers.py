"""What campaigns want to hear of."""

import huiqun.campaigns.claims  # noqa: F401 takes part in claims
from huiqun.foundation import facts

for _decision in ("DossierApproved", "DossierReturned"):
    facts.subscribe(f"compliance.{_decision}", "campaigns.follow_review")
facts.subscribe("compliance.DossierOutdated", "campaigns.follow_recheck")
