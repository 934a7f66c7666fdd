"""Why an engine that is not in this process does not answer."""

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _


class ClusterSilent(Refusal):
    code = "audiences.cluster_silent"
    sentence = _(
        "The Spark cluster at %(address)s does not answer. Nothing has been counted. Try again in a few minutes,"
        " or ask an administrator to look after the cluster (HUIQUN_ENGINE)."
    )
    status = 503


class ClusterTooSlow(Refusal):
    code = "audiences.cluster_too_slow"
    sentence = _(
        "The Spark cluster has not answered within %(seconds)s seconds, and the question was taken back. Narrow the"
        " rule (fewer days, fewer conditions), or try again when the cluster is less busy."
    )
    status = 503


class ClusterGaveUp(Refusal):
    code = "audiences.cluster_gave_up"
    sentence = _(
        "The Spark cluster could not work this rule out: %(reason)s. Narrow the rule, or ask an administrator to"
        " look into the cluster's log."
    )
    status = 503


class ClusterUnfit(Refusal):
    code = "audiences.cluster_unfit"
    sentence = _(
        "The Spark cluster at %(address)s cannot be used: %(reason)s. See “Spark” in the operations manual."
    )
    status = 503
