"""What benefits do when lower domains announce something, and whom a claim asks on its way."""

from huiqun.benefits import claiming
from huiqun.benefits.actions.judging import judge
from huiqun.foundation import facts

claiming.set_judge(judge)
facts.subscribe("compliance.DossierApproved", "benefits.follow_review")
facts.subscribe("customers.CustomerErased", "benefits.forfeit_points")
facts.subscribe("risk.HeldClaimReleased", "benefits.release_held")
facts.subscribe("risk.HeldClaimRefused", "benefits.drop_held")
facts.subscribe("risk.AppealAccepted", "benefits.restore_claim")
