"""`huiqun compliance check --jsonl`: many pieces of copy at once."""

import json
from pathlib import Path

import click
import pytest

from huiqun.config.commands.copy_check import check_lines

PIECE = {
    "id": "a",
    "channel": "h5",
    "product_kind": "wealth",
    "product_risk": "R2",
    "text": "😀本产品保本，立即申购",
}


def test_writes_what_was_found_in_each_piece(tmp_path: Path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    clean = PIECE | {"id": "b", "product_kind": "brand", "product_risk": "NA", "text": "周末照常营业。"}
    source.write_text(json.dumps(PIECE) + "\n\n" + json.dumps(clean) + "\n", encoding="utf-8")

    check_lines(source, out=out, on=None)

    first, second = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    spans = {(finding["rule"], finding["start"], finding["end"]) for finding in first["findings"]}
    assert ("GUA-01", 4, 6) in spans
    assert ("RISK-01", None, None) in spans, "what is missing has no place"
    assert all(finding["citations"] and finding["severity"] for finding in first["findings"])
    assert second == {"id": "b", "findings": []}


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', json.dumps(PIECE | {"channel": "fax"})])
def test_names_the_line_that_is_no_piece_of_copy_and_writes_nothing(line: str, tmp_path: Path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(PIECE) + "\n" + line + "\n", encoding="utf-8")

    with pytest.raises(click.ClickException, match="Line 2"):
        check_lines(source, out=out, on=None)

    assert not out.exists()
