"""What partners' programs may ask of benefits, each for the one partner that its key is bound to."""

from huiqun.foundation.api import add_scope
from huiqun.foundation.roles import Role
from huiqun.lib.words import gettext_noop as _

REDEEM, UPLOAD = "benefits:redeem", "benefits:upload"

add_scope(
    REDEEM, _("Confirm that a benefit was used at the partner, and ask for its state"), (Role.MARKETER,)
)
add_scope(UPLOAD, _("Deliver the partner's codes"), (Role.MARKETER,))
