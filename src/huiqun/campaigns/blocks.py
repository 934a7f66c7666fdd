"""How copy names shared blocks, and how they are put in: plain text in, plain text out."""

import re
from collections.abc import Mapping

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

PREFIX = "block_"
NAMED = re.compile(r"\{\{-?\s*block_([a-z0-9_]+)\s*-?\}\}")
KEY = re.compile(r"[a-z][a-z0-9_]{1,29}")


class BlockUnknown(Refusal):
    code = "campaigns.block_unknown"
    sentence = _("There is no shared block called %(key)s for this branch. Choose one from the list.")


class BlockKeyTaken(Refusal):
    code = "campaigns.block_key_taken"
    sentence = _("There is a shared block called %(key)s already. Choose another key.")


class BlockKeyUnfit(Refusal):
    code = "campaigns.block_key_unfit"
    sentence = _(
        "A key is 2 to 30 small letters, digits or underscores and begins with a letter. Correct it."
    )


class BlockChanged(Refusal):
    code = "campaigns.block_changed"
    sentence = _("The shared block %(key)s was changed after the approval. Submit the campaign again.")


class BlockChangedMeanwhile(Refusal):
    code = "campaigns.block_changed_meanwhile"
    sentence = _("Somebody else has changed this block. Load the page again and repeat your change.")


def keys_in(*texts: str) -> list[str]:
    """The blocks that texts name, each once, in order."""
    return list(dict.fromkeys(key for text in texts for key in NAMED.findall(text)))


def put_in(text: str, blocks: Mapping[str, str]) -> str:
    """The text with its blocks. A block it does not know stays as it is written: it will be refused as a place
    that nobody can fill in."""
    return NAMED.sub(lambda named: blocks.get(named[1], named[0]), text)
