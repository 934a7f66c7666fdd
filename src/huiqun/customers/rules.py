"""What a customer record may hold, and why something is refused."""

from enum import StrEnum

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _


class Lifecycle(StrEnum):
    NEW = "new"
    GROWING = "growing"
    MATURE = "mature"
    AT_RISK = "at_risk"
    DORMANT = "dormant"


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class ConsentState(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class UnmaskPurpose(StrEnum):
    SERVICE = "service"
    CALL = "call"
    COMPLAINT = "complaint"
    IDENTITY = "identity"
    RISK = "risk"


IDENTIFIERS = ("name", "id_number", "card_number", "phone", "email", "openid", "address")
"""What is kept encrypted and shown masked."""

PROFILE_FIELDS = (
    "birth_date",
    "sex",
    "occupation",
    "income_band",
    "city",
    "risk_level",
    "risk_assessed_date",
    "lifecycle",
    "opened_date",
    "overdue",
    "is_protected",
    "time_zone",
)

CONTACT_FIELD = {"sms": "phone", "phone": "phone", "email": "email"}
"""The identifier a channel needs; a channel that is not here needs none."""

EXPORT_LIMIT = 50_000


class FileMissing(Refusal):
    code = "customers.file_missing"
    sentence = _("No file came with the form. Choose a file and send it again.")


class FileEmpty(Refusal):
    code = "customers.file_empty"
    sentence = _("The file is empty. Deliver it again with its header line and rows.")


class FileUnreadable(Refusal):
    code = "customers.file_unreadable"
    sentence = _("%(file)s is not a readable %(format)s file. Save it again as CSV, XLSX or Parquet.")


class FileKindUnknown(Refusal):
    code = "customers.file_kind_unknown"
    sentence = _("%(file)s is neither CSV (.csv, .csv.gz), XLSX nor Parquet. Save it in one of these forms.")


class FileTooLarge(Refusal):
    code = "customers.file_too_large"
    sentence = _("%(file)s unpacks to more than is allowed. Split it, or deliver it as CSV or Parquet.")


class WrongEncoding(Refusal):
    code = "customers.wrong_encoding"
    sentence = _("The header line is not %(encoding)s text. Check the encoding that the mapping names.")


class ColumnsMissing(Refusal):
    code = "customers.columns_missing"
    sentence = _(
        "The file lacks these columns: %(columns)s. It has: %(present)s. Choose another mapping or add them."
    )


class ColumnTwice(Refusal):
    code = "customers.column_twice"
    sentence = _("The header names the column %(column)s more than once. Give each column a name of its own.")


class MappingInvalid(Refusal):
    code = "customers.mapping_invalid"
    sentence = _("The mapping cannot be used: look at “%(where)s” (%(what)s).")


class MappingUnknown(Refusal):
    code = "customers.mapping_unknown"
    sentence = _("There is no mapping called %(name)s. Choose one of the list.")


class HeadOfficeOnly(Refusal):
    code = "customers.head_office_only"
    sentence = _("Only the head office imports customer files. Send the file to your head office.")
    status = 403


class ImportNotReady(Refusal):
    code = "customers.import_not_ready"
    sentence = _("This import is in another state by now (%(state)s). Load the page again.")


class ImportTakenOver(Refusal):
    code = "customers.import_taken_over"
    sentence = _("Another worker continues this import. Nothing is lost; watch its progress.")


class FileChanged(Refusal):
    code = "customers.file_changed"
    sentence = _("The file is no longer the one that was checked. Upload it again.")


class PurposeMissing(Refusal):
    code = "customers.purpose_missing"
    sentence = _("Say what you need the value for. Choose a purpose and describe it in a few words.")


class NothingToUnmask(Refusal):
    code = "customers.nothing_to_unmask"
    sentence = _("The bank holds no such value for this customer.")


class ConsentTextUnknown(Refusal):
    code = "customers.consent_text_unknown"
    sentence = _("There is no consent text %(version)s for this channel and purpose. Publish it first.")


class ConsentTextTaken(Refusal):
    code = "customers.consent_text_taken"
    sentence = _("Version %(version)s exists already. A published text is never changed: use a new version.")


class ConsentTextOutdated(Refusal):
    code = "customers.consent_text_outdated"
    sentence = _("This consent text is no longer the current one. Load the page again and show the new text.")


class ConsentIncomplete(Refusal):
    code = "customers.consent_incomplete"
    sentence = _("Choose the text and confirm that the customer has read it and agrees.")


class PublishedByHeadOffice(Refusal):
    code = "customers.published_by_head_office"
    sentence = _(
        "Consent texts hold for the whole bank: compliance review of the head office publishes them."
    )
    status = 403


class CustomerUnknown(Refusal):
    code = "customers.customer_unknown"
    sentence = _("There is no such customer.")
    status = 404


class ErasureGroundUnknown(Refusal):
    code = "customers.erasure_ground_unknown"
    sentence = _("Say why the data is to be erased. Choose a reason from the list.")


class ErasureAskedAlready(Refusal):
    code = "customers.erasure_asked_already"
    sentence = _(
        "The erasure of this customer's data has been asked for already. Look at the list of erasures."
    )


class ErasureDecided(Refusal):
    code = "customers.erasure_decided"
    sentence = _("Somebody has decided on this erasure meanwhile. Load the page again.")


class ErasureTakesTwo(Refusal):
    code = "customers.erasure_takes_two"
    sentence = _("Whoever asked for an erasure does not decide on it. Leave it to a colleague.")
    status = 403


class ErasureHeld(Refusal):
    code = "customers.erasure_held"
    sentence = _("Not yet: %(reasons)s")


def consent_changes(
    *, state: str, text_version: str, current_state: str | None, current_version: str | None
) -> bool:
    """Whether an answer says anything that the current one does not."""
    if current_state is None:
        return True
    return state != current_state or (state == ConsentState.GIVEN and text_version != current_version)


_TITLES: dict[str, str] = {Sex.FEMALE.value: "女士", Sex.MALE.value: "先生"}


def salutation(name: str, sex: str | None) -> str:
    """王女士, 李先生; the whole name when the sex is unknown, and 客户 when the name is."""
    if not name:
        return "客户"
    title = _TITLES.get(sex or "")
    return f"{surname(name)}{title}" if title else name


_COMPOUND = frozenset(
    (
        *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容"),
        *("司徒", "令狐", "夏侯", "长孙", "宇文", "端木", "南宫", "轩辕"),
    )
)


def surname(name: str) -> str:
    return name[:2] if len(name) > 2 and name[:2] in _COMPOUND else name[:1]
