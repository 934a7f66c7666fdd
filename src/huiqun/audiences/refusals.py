"""Why something is not done with an audience (what is wrong in a rule: rules/refusals.py)."""

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _


class NameMissing(Refusal):
    code = "audiences.name_missing"
    sentence = _("Give the audience a name.")
    status = 422


class AudienceArchivedAlready(Refusal):
    code = "audiences.archived"
    sentence = _("The audience %(name)s has been archived. Save the rule as a new audience.")


class NoLakeYet(Refusal):
    code = "audiences.no_lake"
    sentence = _("There is no customer data yet. Import customers first.")


class SnapshotDamaged(Refusal):
    code = "audiences.snapshot_damaged"
    sentence = _(
        "The file of snapshot %(snapshot_id)s is not the one that was frozen. Nothing may be sent from it."
    )
