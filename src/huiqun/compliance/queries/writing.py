"""A copy while it is written: its findings in the parts of a form, each with its fix, for an editor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from huiqun.compliance.rules.findings import Finding
from huiqun.compliance.rules.fixes import Edit, apply_all_safe, edit_for

MOST_PLACES = 8
"""Where a rule is broken more often, its first places are listed; all are marked."""


@dataclass(frozen=True, kw_only=True)
class CopyPart:
    """One field of a form that holds copy; `before` stands between it and the part in front of it."""

    name: str
    text: str
    before: str = "\n"


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A finding in its part: `local` has its place within the part; both are None where something is missing."""

    number: int
    finding: Finding
    local: Finding
    part: CopyPart
    edit: Edit | None

    @property
    def reference(self) -> str:
        """By which a page without scripts asks for this fix."""
        start = "" if self.finding.start is None else self.finding.start
        return f"{self.finding.rule}@{start}"


@dataclass(frozen=True, kw_only=True)
class Group:
    """One rule's findings: its words and articles are said once, its places one by one."""

    severity: str
    head: SafeString
    explained: SafeString
    places: list[Placed]
    more: int

    @property
    def numbers(self) -> str:
        return " ".join(str(each.number) for each in self.places)


def joined(parts: Sequence[CopyPart]) -> str:
    """The parts that are filled in, as one copy."""
    whole = ""
    for part in parts:
        whole += (part.before if whole else "") + part.text if part.text else ""
    return whole


@dataclass(frozen=True, kw_only=True)
class CopyReview:
    """What was found in the parts as `joined`; missing sentences go into the last part."""

    parts: tuple[CopyPart, ...]
    findings: tuple[Finding, ...]
    channel: str
    bank: str = ""

    @cached_property
    def placed(self) -> list[Placed]:
        return [self._place(number, finding) for number, finding in enumerate(self.findings)]

    @property
    def blocking(self) -> int:
        return sum(finding.blocks for finding in self.findings)

    @property
    def sentence(self) -> str:
        """The result in one line."""
        count = len(self.findings)
        if not count:
            return _("No rule is broken. People still have to read and approve it.")
        found = ngettext("%(count)s finding", "%(count)s findings", count) % {"count": count}
        if not self.blocking:
            return found
        return _("%(found)s, %(blocking)s of them must be changed") % {
            "found": found,
            "blocking": self.blocking,
        }

    def mended(self, which: str) -> dict[str, str]:
        """The parts whose text one fix (`Placed.reference`), or "all" that are safe, would change."""
        if which == "all":
            return self._mended(self.placed)
        chosen = [each for each in self.placed if each.reference == which]
        return {each.part.name: each.edit.on(each.part.text) for each in chosen[:1] if each.edit}

    def as_answer(self) -> dict[str, Any]:
        """For the editor: what to mark, what each fix does, and the list as markup."""
        placed = self.placed
        return {
            "sentence": self.sentence,
            "count": len(placed),
            "severity": self.findings[0].severity.value if placed else "",
            "marks": [_mark(each) for each in placed if each.local.start is not None],
            "edits": {each.number: _edit(each, each.edit) for each in placed if each.edit},
            "fixed": self._mended(placed),
            "html": self.as_html(),
        }

    def as_html(self, *, form: str = "") -> SafeString:
        """The list of findings; `form` is the form that takes fixes where scripts do not run."""
        placed = self.placed
        safe = sum(each.edit is not None and each.edit.safe for each in placed)
        context = {"groups": _groups(placed), "safe": safe, "form": form, "bank": self.bank}
        return render_to_string("compliance/_writing.html", context)

    def _mended(self, placed: list[Placed]) -> dict[str, str]:
        texts = {}
        for part in self.parts:
            found = [each.local for each in placed if each.part is part]
            text = apply_all_safe(part.text, found, channel=self.channel, bank=self.bank)
            if text != part.text:
                texts[part.name] = text
        return texts

    def _place(self, number: int, finding: Finding) -> Placed:
        part, offset = self._part_of(finding)
        local = finding
        if finding.start is not None and finding.end is not None:
            end = min(finding.end - offset, len(part.text))
            local = replace(finding, start=finding.start - offset, end=end)
        # Words that run on into the next part are marked where they begin, and mended by a person.
        runs_on = local.end is not None and finding.end is not None and local.end < finding.end - offset
        edit = None if runs_on else edit_for(part.text, local, channel=self.channel, bank=self.bank)
        return Placed(number=number, finding=finding, local=local, part=part, edit=edit)

    def _part_of(self, finding: Finding) -> tuple[CopyPart, int]:
        """The part where the finding begins, and where that part begins in the whole."""
        filled = [part for part in self.parts if part.text] or list(self.parts[-1:])
        offset, place = 0, (self.parts[-1], 0)
        for number, part in enumerate(filled):
            offset += len(part.before) if number else 0
            if finding.start is not None and finding.start >= offset:
                place = (part, offset)
            offset += len(part.text)
        return place


def review_copy(
    *, parts: Sequence[CopyPart], findings: Sequence[Finding], channel: str, bank: str | None = None
) -> CopyReview:
    """What was found in `joined(parts)`, for the form's editor; `bank` is how sentences to insert name it."""
    named = settings.HUIQUN_BANK_NAME if bank is None else bank
    return CopyReview(parts=tuple(parts), findings=tuple(findings), channel=channel, bank=named)


def _groups(placed: list[Placed]) -> list[Group]:
    """By rule, in the order in which each rule is first broken: gravest first."""
    by_rule: dict[str, list[Placed]] = {}
    for each in placed:
        by_rule.setdefault(each.finding.rule, []).append(each)
    return [_group(found) for found in by_rule.values()]


def _group(found: list[Placed]) -> Group:
    head, explained = _words_of_rule(_without_place(found[0].finding), get_language() or "")
    return Group(
        severity=found[0].finding.severity.value,
        head=head,
        explained=explained,
        places=found[:MOST_PLACES],
        more=len(found[MOST_PLACES:]),
    )


def _without_place(finding: Finding) -> Finding:
    return replace(finding, start=None, end=None, quote="", replacement=None, insertion="")


@lru_cache(maxsize=512)
def _words_of_rule(finding: Finding, _language: str) -> tuple[SafeString, SafeString]:
    """What a rule and its articles say is the same at every keystroke."""
    context = {"finding": finding}
    head = render_to_string("compliance/_finding_head.html", context)
    return head, render_to_string("compliance/_finding_explained.html", context)


def _mark(each: Placed) -> dict[str, Any]:
    return {
        "number": each.number,
        "part": each.part.name,
        "start": each.local.start,
        "end": each.local.end,
        "severity": each.finding.severity.value,
    }


def _edit(each: Placed, edit: Edit) -> dict[str, Any]:
    return {"part": each.part.name, "start": edit.start, "end": edit.end, "put": edit.put}
