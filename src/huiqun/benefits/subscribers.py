"""What benefits do when lower domains announce something, and how their own parts take part in a claim."""

from huiqun.benefits import claiming
from huiqun.benefits.actions.stock import code_for_claim
from huiqun.foundation import facts

claiming.set_code_taker(code_for_claim)
facts.subscribe("compliance.DossierApproved", "benefits.follow_review")
facts.subscribe("customers.CustomerErased", "benefits.forfeit_points")
