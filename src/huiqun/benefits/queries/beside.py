"""The benefits of one campaign, in their order."""

from huiqun.benefits.models import Benefit


def beside(benefit: Benefit) -> list[Benefit]:
    """Alone when it belongs to no campaign."""
    rows = Benefit.objects.filter(subject=benefit.subject) if benefit.subject else None
    return list(rows.order_by("place", "pk")) if rows is not None else [benefit]


def benefits_of(subject: str) -> list[Benefit]:
    return list(Benefit.objects.filter(subject=subject).order_by("place", "pk")) if subject else []


def benefits_under(subject: str) -> list[Benefit]:
    """What a dossier about this subject decides on: a campaign's benefits, or one that is reviewed by itself."""
    noun, _, number = subject.partition(":")
    if noun == "benefit" and number.isdecimal():
        return list(Benefit.objects.filter(pk=number, subject=""))
    return benefits_of(subject)
