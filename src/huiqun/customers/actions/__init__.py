from huiqun.customers.actions.consents import (
    give_consent,
    give_consent_at_branch,
    give_consent_on_phone,
    publish_consent_text,
    withdraw_consent,
)
from huiqun.customers.actions.erasing import (
    ask_erasure,
    decline_erasure,
    erase_customer,
    erase_from_lake,
)
from huiqun.customers.actions.exports import export_customers
from huiqun.customers.actions.imports import (
    ImportOutcome,
    continue_import,
    discard_import,
    import_customers,
    open_import,
    run_check,
    run_import,
    start_import,
)
from huiqun.customers.actions.lake import export_profiles
from huiqun.customers.actions.told_consents import import_told_consents
from huiqun.customers.actions.unmasking import unmask
from huiqun.customers.actions.uploads import upload_import

__all__ = [
    "ImportOutcome",
    "ask_erasure",
    "continue_import",
    "decline_erasure",
    "discard_import",
    "erase_customer",
    "erase_from_lake",
    "export_customers",
    "export_profiles",
    "give_consent",
    "give_consent_at_branch",
    "give_consent_on_phone",
    "import_customers",
    "import_told_consents",
    "open_import",
    "publish_consent_text",
    "run_check",
    "run_import",
    "start_import",
    "unmask",
    "upload_import",
    "withdraw_consent",
]
