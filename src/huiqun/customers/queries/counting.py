"""Under which keys customers are counted, where so many of something are for one person, document or household."""

from collections.abc import Collection
from dataclasses import dataclass

from huiqun.customers.models import Customer

HOUSEHOLD = "household"


@dataclass(frozen=True, kw_only=True)
class CountingKeys:
    """Keyed digests, "" where nothing is known. A household is what the bank delivers as the attribute
    ``household``, else everybody at one address."""

    branch_id: int
    document: str
    household: str


def counting_keys(ids: Collection[int]) -> dict[int, CountingKeys]:
    columns = ("pk", "branch_id", "id_number_index", "address_index", f"attributes__{HOUSEHOLD}")
    rows = Customer.objects.filter(pk__in=ids).values_list(*columns)
    return {
        pk: CountingKeys(branch_id=branch_id, document=_hex(document), household=_home(declared, address))
        for pk, branch_id, document, address, declared in rows
    }


def _home(declared: object, address: bytes | None) -> str:
    return f"declared {declared}"[:40] if declared else _hex(address)


def _hex(index: bytes | None) -> str:
    return bytes(index).hex() if index else ""
