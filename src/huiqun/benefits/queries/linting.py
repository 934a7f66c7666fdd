"""The linter's remarks in words, with what the rulebook finds in the same terms."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from huiqun.benefits.models import Benefit
from huiqun.benefits.rules import BenefitTerms
from huiqun.benefits.rules.lint import Remark, lint
from huiqun.compliance import queries as compliance
from huiqun.compliance.queries import Finding
from huiqun.lib.severity import Severity


@dataclass(frozen=True, kw_only=True)
class Examined:
    """``remarks`` are about what is not told, ``findings`` about what is said."""

    remarks: tuple[tuple[Remark, str], ...]
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> int:
        return sum(remark.blocks for remark, _ in self.remarks) + sum(
            finding.severity == Severity.BLOCK for finding in self.findings
        )


def remark_words(remark: Remark) -> str:
    values = {
        name: gettext(value) if isinstance(value, str) and value else value
        for name, value in remark.values.items()
    }
    return gettext(remark.sentence) % values


def examine_terms(terms: BenefitTerms, *, on: date) -> Examined:
    return Examined(
        remarks=tuple((remark, remark_words(remark)) for remark in lint(terms)),
        findings=compliance.check_copy(
            text=words_of(terms), channel="h5", product_kind="activity", product_risk=None, on=on
        ),
    )


def words_of(terms: BenefitTerms) -> str:
    """All that a customer reads of it, as it is judged."""
    return "\n".join(
        filter(None, (terms.name, terms.item, terms.specification, terms.how_to_use, terms.terms))
    )


def remarks_of(benefit: Benefit) -> list[str]:
    return [remark_words(each) for each in lint(benefit.as_terms)]
