"""Rules over plain values: reading a tree, compiling it, saying it in words. No Django here."""

from huiqun.audiences.rules.comparing import DiffLine, diff
from huiqun.audiences.rules.compiling import (
    compile_missing,
    compile_rule,
    fields_that_can_be_missing,
    sql_text,
)
from huiqun.audiences.rules.nearing import gap, nearly, wanted
from huiqun.audiences.rules.refusals import RuleInvalid
from huiqun.audiences.rules.schema import schema
from huiqun.audiences.rules.sentence import field_words, outline, sentence
from huiqun.audiences.rules.text import TextWrong
from huiqun.audiences.rules.tree import Node, parse, read
from huiqun.audiences.rules.ungrouping import ungrouped
from huiqun.audiences.rules.values import shown

__all__ = [
    "DiffLine",
    "Node",
    "RuleInvalid",
    "TextWrong",
    "compile_missing",
    "compile_rule",
    "diff",
    "field_words",
    "fields_that_can_be_missing",
    "gap",
    "nearly",
    "outline",
    "parse",
    "read",
    "schema",
    "sentence",
    "shown",
    "sql_text",
    "ungrouped",
    "wanted",
]
