from huiqun.compliance.models.checked_files import CheckedFile
from huiqun.compliance.models.evidence import Seal, Verification
from huiqun.compliance.models.licences import Licence
from huiqun.compliance.models.opinions import ReaderOpinion
from huiqun.compliance.models.permits import Permit, Stop
from huiqun.compliance.models.rechecks import RecheckedDossier
from huiqun.compliance.models.reviews import ChainStep, Deputy, Dossier, ReviewStep
from huiqun.compliance.models.waivers import DossierFinding, Waiver

__all__ = [
    "ChainStep",
    "CheckedFile",
    "Deputy",
    "Dossier",
    "DossierFinding",
    "Licence",
    "Permit",
    "ReaderOpinion",
    "RecheckedDossier",
    "ReviewStep",
    "Seal",
    "Stop",
    "Verification",
    "Waiver",
]
