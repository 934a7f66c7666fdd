from huiqun.customers.models.consents import Consent, ConsentBatch, ConsentRecord, ConsentText
from huiqun.customers.models.erasures import Erasure
from huiqun.customers.models.imports import ImportLine, ImportRefusal, ImportRun
from huiqun.customers.models.people import Customer

__all__ = [
    "Consent",
    "ConsentBatch",
    "ConsentRecord",
    "ConsentText",
    "Customer",
    "Erasure",
    "ImportLine",
    "ImportRefusal",
    "ImportRun",
]
