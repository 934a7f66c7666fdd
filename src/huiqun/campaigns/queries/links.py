"""The links of a plan, and how they fare once it has started."""

from dataclasses import dataclass
from typing import Any

from huiqun.campaigns.links import LinkPlan, LinkUnknown, Target, names_in
from huiqun.campaigns.models import Campaign
from huiqun.compliance import queries as compliance
from huiqun.delivery import queries as delivery
from huiqun.delivery.queries import LinkFigures


def planned_links(campaign: Campaign) -> LinkPlan:
    return LinkPlan.of(campaign.links, campaign=f"c{campaign.pk}")


def link_names(campaign: Campaign) -> tuple[str, ...]:
    """As copy names the further links."""
    return tuple(each.name for each in planned_links(campaign).targets)


def links_for_dossier(campaign: Campaign) -> dict[str, Any]:
    assert campaign.end_at is not None  # complete by now
    return planned_links(campaign).for_dossier(channels=campaign.channels, end_at=campaign.end_at)


def check_links(campaign: Campaign) -> None:
    """That every target is the bank's own still, and that copy names none that is not there.

    :raises TargetNotAllowed, LinkUnknown
    """
    for each in planned_links(campaign).targets:
        delivery.check_target(each.target)
    known = set(link_names(campaign))
    for variant in campaign.variants.all():
        for name in sorted(names_in(variant.title, variant.body) - known):
            raise LinkUnknown(name=name)


@dataclass(frozen=True, kw_only=True)
class LinkLine:
    """``number`` 0 is the campaign's own page, which has no target outside."""

    number: int
    name: str
    target: str
    figures: LinkFigures | None
    revoked_because: str


def link_lines(campaign: Campaign) -> list[LinkLine]:
    """What was approved once the campaign has started, what is planned before."""
    digest = approved_digest(campaign)
    if digest:
        targets = [Target(**each) for each in compliance.links_of(digest).get("targets") or ()]
        figures = delivery.link_figures(subject=campaign.subject, digest=digest)
    else:
        targets = list(planned_links(campaign).targets)
        figures = {}
    revoked = delivery.revoked_targets(campaign.subject)
    rows = [("link", ""), *((each.name, each.target) for each in targets)]
    return [
        LinkLine(
            number=number,
            name=name,
            target=target,
            figures=figures.get(number),
            revoked_because=revoked.get(target, ""),
        )
        for number, (name, target) in enumerate(rows)
    ]


def approved_digest(campaign: Campaign) -> str:
    """Of what is being sent; "" before the start."""
    approval = compliance.approval_of(campaign.subject)
    return approval.digest if approval and campaign.started_at is not None else ""
