"""Compliance: what the law says, who approved what, and the evidence of it."""
