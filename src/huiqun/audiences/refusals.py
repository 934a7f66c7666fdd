"""Why something is not done with an audience (what is wrong in a rule: rules/refusals.py)."""

from huiqun.audiences.rules.refusals import RuleInvalid
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


class TooHeavy(Refusal):
    code = "audiences.too_heavy"
    sentence = _(
        "This rule needs more memory than one job may take. Narrow it (fewer days, fewer conditions),"
        " or ask an administrator to raise HUIQUN_LAKE_MEMORY."
    )
    status = 503


class Busy(Refusal):
    code = "audiences.busy"
    sentence = _(
        "This machine works out one large rule at a time, and %(ahead)s that came before are still running"
        " after %(seconds)s seconds. Try again in a moment."
    )
    status = 503


class IdsGone(Refusal):
    code = "audiences.ids_gone"
    sentence = _("The list of customers %(digest)s is no longer kept, or its file was damaged.")
    status = 410


class AudienceInUse(Refusal):
    code = "audiences.in_use"
    sentence = _("Other audiences refer to this one: %(names)s. Change their rules first.")


class PercentWrong(Refusal):
    code = "audiences.percent_wrong"
    sentence = _("Give a whole number of percent from 1 to 1,000.")
    status = 422


class ScheduleWrong(Refusal):
    code = "audiences.schedule_wrong"
    sentence = _(
        "Say on which weekday (every week) or on which day of the month, 1 to 31 (every month);"
        " and a control share of no more than everybody."
    )
    status = 422


class OverlapOfTooFew(Refusal):
    code = "audiences.overlap_of_too_few"
    sentence = _("Choose two to six audiences to compare.")
    status = 422


class PurposeMissing(Refusal):
    code = "audiences.purpose_missing"
    sentence = _("Say what the members are exported for: choose a purpose and give a reason.")
    status = 422


class UnknownAudience(RuleInvalid):
    code = "audiences.unknown_audience"
    sentence = _(
        "There is no audience %(field)s (at %(path)s), it is archived, or it belongs to another branch."
    )


class RefersToItself(RuleInvalid):
    code = "audiences.refers_to_itself"
    sentence = _("At %(path)s the audience would refer to itself: %(way)s. Leave that condition out.")


class FileUnknown(RuleInvalid):
    code = "audiences.file_unknown"
    sentence = _("This is not a file of an exported audience.")


class FileVersionUnknown(RuleInvalid):
    code = "audiences.file_version_unknown"
    sentence = _(
        "The file has version %(version)s; this installation reads version %(known)s. Export it again there."
    )


class NoDataYet(RuleInvalid):
    code = "audiences.no_data_yet"
    sentence = _(
        "At %(path)s: there is no data yet for “%(field)s”. See what was delivered on the page of the data."
    )


class NoDataBefore(RuleInvalid):
    code = "audiences.no_data_before"
    sentence = _("At %(path)s: “%(field)s” has no data before %(first)s, but is asked as of %(asked)s.")


class ValueUnheardOf(RuleInvalid):
    code = "audiences.value_unheard_of"
    sentence = _("At %(path)s: no customer has the value %(value)s.")


class ValueUnheardOfAlike(ValueUnheardOf):
    sentence = _("At %(path)s: no customer has the value %(value)s. Did you mean %(near)s?")
