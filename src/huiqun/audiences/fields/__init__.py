"""The fields that rules may use over the lake: registered when the domain starts."""

from huiqun.audiences.fields.activity import ACTIVITY_FIELDS
from huiqun.audiences.fields.assets import ASSET_FIELDS
from huiqun.audiences.fields.profile import PROFILE_FIELDS, attribute_number, attribute_text
from huiqun.foundation import fields

fields.register(*PROFILE_FIELDS, *ASSET_FIELDS, *ACTIVITY_FIELDS)
fields.register_family("attribute", attribute_text)
fields.register_family("attribute_number", attribute_number)
