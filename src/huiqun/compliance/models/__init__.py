from huiqun.compliance.models.evidence import Seal, Verification
from huiqun.compliance.models.licences import Licence
from huiqun.compliance.models.permits import Permit, Stop
from huiqun.compliance.models.reviews import ChainStep, Deputy, Dossier, ReviewStep

__all__ = [
    "ChainStep",
    "Deputy",
    "Dossier",
    "Licence",
    "Permit",
    "ReviewStep",
    "Seal",
    "Stop",
    "Verification",
]
