"""Shared blocks: which there are for a branch, what copy says with them in it, and who uses one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q

from huiqun.benefits import queries as benefits
from huiqun.campaigns.blocks import PREFIX, BlockChanged, BlockUnknown, keys_in, put_in
from huiqun.campaigns.models import Block, BlockVersion, Campaign
from huiqun.campaigns.words import State
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.scope import covering
from huiqun.lib.refusal import NotFound

LIVE = (State.PLANNING, State.IN_REVIEW, State.APPROVED, State.RUNNING, State.PAUSED)


def blocks_for(branch: Branch) -> dict[str, str]:
    """The blocks of a branch and of those above it: text by key."""
    return dict(Block.objects.filter(covering(branch.path)).values_list("key", "text"))


def place_names(branch: Branch) -> tuple[str, ...]:
    """As copy names them."""
    return tuple(f"{PREFIX}{key}" for key in blocks_for(branch))


def with_blocks(campaign: Campaign, text: str) -> str:
    """What will be judged, approved and sent."""
    return put_in(text, blocks_for(campaign.branch)) if keys_in(text) else text


def check_blocks(campaign: Campaign, *texts: str) -> None:
    """:raises BlockUnknown"""
    known = blocks_for(campaign.branch)
    for key in keys_in(*texts):
        if key not in known:
            raise BlockUnknown(key=key)


def used_in(campaign: Campaign) -> list[dict[str, Any]]:
    """The blocks that a campaign's texts name, as its dossier tells of them."""
    keys = keys_in(*own_texts(campaign))
    rows = Block.objects.filter(key__in=keys).order_by("key")
    return [
        {"key": row.key, "name": row.name, "kind": row.kind, "version": row.version, "text": row.text}
        for row in rows
    ]


def own_texts(campaign: Campaign) -> list[str]:
    """As they are written, places and all."""
    texts = [text for variant in campaign.variants.all() for text in (variant.title, variant.body)]
    return [*texts, campaign.page_title, campaign.page_body]


def authors_of(campaign: Campaign) -> frozenset[int]:
    """Who has had a hand in its words: its own authors, and whoever wrote its blocks as they stand."""
    own = campaign.authors.values_list("staff_id", flat=True)
    blocks = BlockVersion.objects.filter(
        block__key__in=keys_in(*own_texts(campaign)), number=F("block__version")
    )
    beside = benefits.authors_beside(campaign.subject)
    return frozenset(own) | frozenset(blocks.values_list("by_id", flat=True)) | beside


def require_blocks(body: Mapping[str, Any]) -> None:
    """That a dossier's blocks still say what was approved. :raises BlockChanged"""
    frozen = {each["key"]: each["text"] for each in body.get("blocks") or ()}
    now = dict(Block.objects.filter(key__in=frozen).values_list("key", "text"))
    for key, text in frozen.items():
        if now.get(key) != text:
            raise BlockChanged(key=key)


def campaigns_using(key: str, *, states: Iterable[str] = LIVE) -> list[Campaign]:
    """Campaigns in these states whose texts name a block, by their number."""
    named = f"{PREFIX}{key}"
    rows = Campaign.objects.filter(
        Q(variants__body__contains=named) | Q(variants__title__contains=named) | Q(page_body__contains=named),
        state__in=list(states),
        is_historical=False,
    )
    found = rows.distinct().prefetch_related("variants").select_related("branch").order_by("pk")
    return [campaign for campaign in found if key in keys_in(*own_texts(campaign))]


def block_list(staff: Staff) -> Any:
    """Blocks that a person may use: those of the own branch, above and below."""
    if staff.branch is None:
        return Block.objects.none()
    above = Block.objects.filter(covering(staff.branch.path))
    return (Block.objects.visible_to(staff) | above).select_related("branch").distinct()


def usable_block(block_id: int, staff: Staff) -> Block:
    """:raises NotFound"""
    block: Block | None = block_list(staff).filter(pk=block_id).first()
    if block is None:
        raise NotFound
    return block
