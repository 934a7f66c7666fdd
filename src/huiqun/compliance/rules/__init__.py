"""Decisions over plain values. Rules about copy and plans are data: see `compliance/rulebook/`."""

from huiqun.compliance.rules.findings import Citation, Finding
from huiqun.compliance.rules.suitability import check_suitability, suitability_sql

__all__ = ["Citation", "Finding", "check_suitability", "suitability_sql"]
