"""The fields that rules may use over the lake: registered when the domain starts."""

from huiqun.audiences.fields import named
from huiqun.audiences.fields.app import APP_FIELDS
from huiqun.audiences.fields.assets import ASSET_FIELDS
from huiqun.audiences.fields.configured import configured_fields
from huiqun.audiences.fields.months import MONTH_FIELDS
from huiqun.audiences.fields.profile import PROFILE_FIELDS
from huiqun.audiences.fields.sequences import SEQUENCE_FIELDS
from huiqun.audiences.fields.transactions import TRANSACTION_FIELDS
from huiqun.foundation import fields, lake
from huiqun.lib.words import gettext_noop as _

fields.register(
    *PROFILE_FIELDS, *ASSET_FIELDS, *TRANSACTION_FIELDS, *APP_FIELDS, *MONTH_FIELDS, *SEQUENCE_FIELDS
)
fields.register(*configured_fields(lake.CATALOGUE))
fields.register_family("attribute", named.attribute_text, label=_("Attribute, as text"))
fields.register_family("attribute_number", named.attribute_number, label=_("Attribute, as a number"))
fields.register_family("tag", named.tag, label=_("Tag"))
fields.register_family("score", named.score, label=_("Score"))
fields.register_family(
    "audience", named.audience, label=_("Audience"), example="1", pattern=named.AUDIENCE_NUMBER
)
