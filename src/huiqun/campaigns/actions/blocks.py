"""Shared blocks: written once, and every approval that stands on former words ends with them."""

from datetime import datetime

from django.db import transaction

from huiqun.benefits import actions as benefits
from huiqun.campaigns.blocks import KEY, BlockChangedMeanwhile, BlockKeyTaken, BlockKeyUnfit
from huiqun.campaigns.events import BlockSaved, CampaignEdited, CampaignPaused
from huiqun.campaigns.models import Author, Block, BlockVersion, Campaign
from huiqun.campaigns.queries.blocks import campaigns_using
from huiqun.campaigns.rules import COPY_VARIABLES
from huiqun.campaigns.words import State
from huiqun.compliance import actions as compliance
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound
from huiqun.lib.template import check_template

REVIEWED = (State.IN_REVIEW, State.APPROVED)
UNDER_WAY = (State.RUNNING, State.PAUSED)


@transaction.atomic
def create_block(*, key: str, name: str, kind: str, text: str, by: Staff, now: datetime) -> int:
    """A block of the person's own branch, for it and those below; its id.

    :raises BlockKeyUnfit, BlockKeyTaken, TemplateInvalid, VariableMissing, NotFound
    """
    if by.branch is None:
        raise NotFound
    if not KEY.fullmatch(key):
        raise BlockKeyUnfit
    check_template(text, COPY_VARIABLES)
    if Block.objects.filter(key=key).exists():
        raise BlockKeyTaken(key=key)
    block: Block = Block.objects.create(branch=by.branch, key=key, name=name, kind=kind, text=text)
    _keep_version(block, by, now)
    fact = BlockSaved(block_id=block.pk, key=key, version=1)
    facts.record(fact, at=now, by=by, branch_id=block.branch_id)
    return int(block.pk)


@transaction.atomic
def edit_block(
    *,
    block_id: int,
    version: int,
    name: str,
    kind: str,
    text: str,
    withdraws: bool = False,
    by: Staff,
    now: datetime,
) -> list[int]:
    """Change a block; the campaigns whose review or approval that ended.

    Whoever has not started is mended by submitting again. Those under way go on with the words that were
    approved, unless ``withdraws`` says that these may no longer be sent: then they are paused and their
    approval ends. ``version`` is the one the person saw.
    :raises NotFound, BlockChangedMeanwhile, TemplateInvalid, VariableMissing
    """
    check_template(text, COPY_VARIABLES)
    block = Block.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=block_id).first()
    if block is None:
        raise NotFound
    if block.version != version:
        raise BlockChangedMeanwhile
    changed = block.text != text
    block.name, block.kind, block.text = name, kind, text
    ended: list[int] = []
    if changed:
        block.version += 1
        _keep_version(block, by, now)
    block.save()
    if changed:
        ended = _end_approvals(block, withdraws=withdraws, by=by, now=now)
    fact = BlockSaved(block_id=block.pk, key=block.key, version=block.version, ended=tuple(ended))
    facts.record(fact, at=now, by=by, branch_id=block.branch_id)
    return ended


def _keep_version(block: Block, by: Staff, now: datetime) -> None:
    BlockVersion.objects.create(block=block, number=block.version, text=block.text, by=by, at=now)


def _end_approvals(block: Block, *, withdraws: bool, by: Staff, now: datetime) -> list[int]:
    """Locked one after the other by their number, as whoever else locks several. One that is submitted at this
    moment with the former words is refused when it starts (``require_blocks``)."""
    states = [State.PLANNING, *REVIEWED, *(UNDER_WAY if withdraws else ())]
    ended = []
    for found in campaigns_using(block.key, states=states):
        campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=found.pk)
        had = compliance.void_approval(subject=campaign.subject, reason=f"block {block.key}", by=by, now=now)
        if campaign.state in UNDER_WAY:
            _pause(campaign, by, now)
        elif campaign.state in {State.PLANNING, *REVIEWED}:
            _reopen(campaign, block, by, now)
        if had:
            ended.append(campaign.pk)
    return ended


def _reopen(campaign: Campaign, block: Block, by: Staff, now: datetime) -> None:
    """As after an edit of its own. Whoever writes a block has had a hand in what each campaign says."""
    if campaign.state in REVIEWED:
        benefits.thaw_benefits(subject=campaign.subject, by=by, now=now)
    campaign.state = State.PLANNING
    campaign.edition += 1
    campaign.save(update_fields=["state", "edition"])
    Author.objects.get_or_create(campaign=campaign, staff=by)
    fact = CampaignEdited(campaign_id=campaign.pk, part=f"block {block.key}", edition=campaign.edition)
    facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)


def _pause(campaign: Campaign, by: Staff, now: datetime) -> None:
    """Its senders find the approval ended by themselves and pause the run; this says so of the campaign."""
    if campaign.state == State.RUNNING:
        campaign.state = State.PAUSED
        campaign.save(update_fields=["state"])
        facts.record(CampaignPaused(campaign_id=campaign.pk), at=now, by=by, branch_id=campaign.branch_id)
