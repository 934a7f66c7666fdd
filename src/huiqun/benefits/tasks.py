"""Benefits' background doors: what is claimed flows into the lake."""

from huiqun.benefits.events import BenefitClaimed
from huiqun.foundation import flows

flows.register(flows.of_facts("benefits", {BenefitClaimed.kind(): "claimed"}))
