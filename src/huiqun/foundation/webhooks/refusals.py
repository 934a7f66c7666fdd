"""Why a webhook is not kept, not called, or not heard."""

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _


class AddressUnfit(Refusal):
    code = "webhooks.address_unfit"
    sentence = _("This address cannot be used: %(problem)s.")
    status = 422


class KindsMissing(Refusal):
    code = "webhooks.kinds_missing"
    sentence = _("Choose at least one kind out of those in the list.")
    status = 422


class NothingToResend(Refusal):
    code = "webhooks.nothing_to_resend"
    sentence = _("None of these was given up. Load the page again to see what became of them.")


class NotHeard(Refusal):
    """The same whatever is wrong, so that nobody learns which half was right."""

    code = "webhooks.not_heard"
    sentence = _("The source, the signature or the time is not right.")
    status = 401


class HeardBefore(Refusal):
    code = "webhooks.heard_before"
    sentence = _("We have had this message. It need not be sent again.")


class MessageUnfit(Refusal):
    code = "webhooks.message_unfit"
    sentence = _("The body must be one JSON object in UTF-8 of at most 64 KB, with a kind.")
    status = 400


class TooManyMessages(Refusal):
    code = "webhooks.too_many_messages"
    sentence = _("This source has told us its %(calls)s messages of this minute. Go on in the next one.")
    status = 429
