"""A review as a document to be kept or handed over: every word, finding, waiver, article and signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiqun.compliance.documents.sheet import Sheet
from huiqun.compliance.models import Dossier, ReviewStep
from huiqun.compliance.models.reviews import DossierState
from huiqun.compliance.queries.dossier_facts import SealedFact, facts_of_dossier, root_of
from huiqun.compliance.queries.dossier_findings import StandingFinding
from huiqun.compliance.queries.dossier_page import DossierPage
from huiqun.compliance.rules.findings import Citation
from huiqun.compliance.templatetags.findings import FOUND_BY, SEVERITIES
from huiqun.compliance.templatetags.reviews import channel_label, part_label, product_line, step_label
from huiqun.foundation.templatetags.huiqun import fact_words, when, yuan
from huiqun.lib.severity import Severity


@dataclass(frozen=True, kw_only=True)
class Document:
    file_name: str
    content: bytes


def signed_off_document(dossier: Dossier, page: DossierPage, *, now: datetime) -> Document:
    """In the reader's language. Until the version is approved, every page says that it is not."""
    language = get_language() or "zh-hans"
    sheet = Sheet(
        title=dossier.title,
        digest=dossier.digest,
        watermark=_watermark(dossier),
        now=now,
        language=language,
    )
    _front(sheet, dossier, page, now=now)
    _steps(sheet, page.steps)
    _texts(sheet, page)
    _licences(sheet, page)
    _evidence(sheet, facts_of_dossier(dossier))
    signed = "signed-off" if dossier.state == DossierState.APPROVED else "not-approved"
    name = f"{signed}-{dossier.subject.replace(':', '-')}-v{dossier.version}-{dossier.digest[:8]}.pdf"
    return Document(file_name=name, content=sheet.output())


def _watermark(dossier: Dossier) -> str:
    if dossier.state == DossierState.APPROVED:
        return ""
    if dossier.state == DossierState.IN_REVIEW:
        return _("Not yet approved")
    return _("Not approved: %(state)s") % {"state": dossier.get_state_display()}


def _front(sheet: Sheet, dossier: Dossier, page: DossierPage, *, now: datetime) -> None:
    body = page.body
    period = body.get("period") or {}
    sheet.text(settings.HUIQUN_BANK_NAME, grey=True)
    sheet.title(
        _("Signed-off review") if dossier.state == DossierState.APPROVED else _("Review, not signed off")
    )
    sheet.rows(
        [
            (_("Title"), dossier.title),
            (_("Subject"), f"{dossier.subject} · v{dossier.version}"),
            (_("State"), str(dossier.get_state_display())),
            (_("Branch"), dossier.branch.name),
            (_("Authors"), "、".join(page.authors)),
            (_("Submitted"), f"{dossier.submitted_by} · {when(dossier.submitted_at)}"),
            (_("Judged by"), _judged_by(dossier)),
            (_("Product"), product_line(body.get("product"))),
            (_("Audience"), (body.get("audience") or {}).get("sentence") or ""),
            (_("Period"), f"{str(period.get('start') or '—')[:10]} – {str(period.get('end') or '—')[:10]}"),
            (_("Budget (yuan)"), yuan(body.get("budget_fen"))),
            (_("Goal"), body.get("goal") or ""),
            (_("Findings"), _counted(page)),
            ("SHA-256", dossier.digest),
            (_("Document made"), when(now)),
        ]
    )
    if dossier.closing_reason:
        sheet.text(f"{dossier.get_state_display()} · {when(dossier.closed_at)}: {dossier.closing_reason}")


def _judged_by(dossier: Dossier) -> str:
    if not dossier.rulebook_version:
        return ""
    return f"{_('Rulebook')} {dossier.rulebook_version} · {when(dossier.judged_on)}"


def _counted(page: DossierPage) -> str:
    counts = page.counts
    return _("%(all)s found, %(waived)s waived, %(open)s open") % {
        "all": counts.all,
        "waived": counts.waived,
        "open": counts.all - counts.waived,
    }


def _steps(sheet: Sheet, steps: Sequence[ReviewStep]) -> None:
    sheet.heading(_("Record of the review"))
    for step in steps:
        sheet.subheading(f"{step.position}. {step_label(step.name)} · {step.get_state_display()}")
        if step.decided_by:
            deputy = f" ({_('for %(who)s') % {'who': step.acting_for}})" if step.acting_for else ""
            sheet.text(f"{step.decided_by}{deputy} · {when(step.decided_at)}", indent=3)
        for point in step.checklist if step.state == "approved" else ():
            sheet.text(f"✓ {point}", indent=3, grey=True, size=8.5)
        if step.comment:
            sheet.text(step.comment, indent=3)


def _texts(sheet: Sheet, page: DossierPage) -> None:
    sheet.heading(_("Copy and findings"))
    for part in page.copies:
        named = part_label(part.text.key)
        sheet.subheading(f"{channel_label(part.text.channel)} · {named}" if part.text.is_message else named)
        sheet.quoted(part.text.words)
        _findings(sheet, part.standing)
    if page.plan:
        sheet.subheading(_("The plan itself"))
        _findings(sheet, page.plan)


def _findings(sheet: Sheet, standing: Sequence[StandingFinding]) -> None:
    if not standing:
        sheet.text(_("No rule is broken."), indent=3, grey=True)
    for each in standing:
        _finding(sheet, each)


def _finding(sheet: Sheet, each: StandingFinding) -> None:
    finding = each.finding
    severity = Severity(finding.severity)
    waived = f" [{_('Waived')}]" if each.waiver else ""
    sheet.flag(f"[{SEVERITIES[severity]}]{waived} {finding.rule} {finding.name}", severity.value)
    if finding.quote:
        sheet.text(f"{_('In the text:')} {finding.quote}", indent=6)
    sheet.text(finding.message, indent=6)
    if finding.found_by != "words":
        sheet.text(str(FOUND_BY[finding.found_by]), indent=6, grey=True, size=8.5)
    for citation in finding.citations:
        _citation(sheet, citation)
    if each.waiver:
        waiver = each.waiver
        sheet.text(f"{_('Waived')}: {waiver.by} · {when(waiver.at)}", indent=6)
        sheet.text(waiver.reason, indent=6)
    sheet.gap(1.5)


def _citation(sheet: Sheet, citation: Citation) -> None:
    basis = _("Basis (excerpt)") if citation.status == "E" else _("Basis")
    near = "" if citation.direct else f"{_('see also')} "
    sheet.text(f"{basis} {near}{citation.label}", indent=6, size=8.5)
    sheet.text(citation.text, indent=9, grey=True, size=8.5)


def _licences(sheet: Sheet, page: DossierPage) -> None:
    sheet.heading(_("Licences"))
    for licence, valid in page.licences:
        until = when(licence.expires_date) if licence.expires_date else _("Without end")
        state = _("Valid") if valid else _("No longer valid")
        sheet.text(
            f"{licence.name} {licence.number} · {licence.holder} · {_('Last valid day')} {until} · {state}"
        )
    if not page.licences:
        sheet.text(_("None listed"), grey=True)


def _evidence(sheet: Sheet, facts: Sequence[SealedFact]) -> None:
    sheet.heading(_("Evidence"))
    for each in facts:
        seal = _("seal %(number)s") % {"number": each.seal} if each.seal else _("not sealed yet")
        who = each.fact.by or _("the system")
        sheet.text(f"{when(each.fact.at)} · {fact_words(each.fact.kind)} · {who}", size=8.5)
        sheet.text(f"{each.leaf} · {seal}", indent=6, grey=True, size=7)
    sheet.text(_("Digest of these facts: %(root)s") % {"root": root_of(facts)}, size=8.5)
    sheet.gap(2)
    sheet.text(
        _(
            "The digest at the foot of each page is of the frozen dossier. What is approved is exactly what"
            " has this digest; the evidence can be verified against the bank's sealed chain."
        ),
        grey=True,
        size=8.5,
    )
    sheet.text(
        _(
            "Rules and severities are working aids made by engineers, not legal advice."
            " The bank's own lawyers decide."
        ),
        grey=True,
        size=8.5,
    )
