"""Names of what claims belong to."""

from collections.abc import Iterable

from huiqun.compliance import queries as compliance


def titles(subjects: Iterable[str]) -> dict[str, str]:
    """The titles under which campaigns were reviewed; the others go by their subject."""
    wanted = sorted({subject for subject in subjects if subject})
    named = compliance.titles_of(wanted) if wanted else {}
    return {subject: named[subject][1] if subject in named else subject for subject in wanted}
