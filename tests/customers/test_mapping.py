"""Mapping files: the shipped ones load, and a wrong one says where."""

import pytest

from huiqun.customers.files.mapping import load_mapping
from huiqun.customers.rules import MappingInvalid
from tests.customers.files import MAPPINGS, SIMPLE


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_mappings_load(path: object) -> None:
    mapping = load_mapping(path.read_text("utf-8"))  # type: ignore[attr-defined]
    assert mapping.name == path.stem  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[[", "TOML"),
        (SIMPLE.replace('phone = "phone"', 'fone = "phone"'), "fields.fone"),
        (SIMPLE.replace('number = "no"', ""), "fields.number"),
        (SIMPLE.replace('[branch]\ncolumn = "branch"', ""), "branch"),
        (SIMPLE + '[file]\nencoding = "klingon"', "file.encoding"),
        (SIMPLE + '[file]\ndelimiter = "abc"', "file.delimiter"),
        (SIMPLE + "[file]\nheader = false", "file.columns"),
        (SIMPLE.replace("hobby = {", "tel = { column = 'phone' }\nhobby = {"), "attributes.tel"),
        (SIMPLE.replace('phone = "phone"', 'phone = { column = "a", constant = "b" }'), "fields.phone"),
        (
            SIMPLE.replace('phone = "phone"', 'phone = { column = "a", transform = "evil" }'),
            "fields.phone.transform",
        ),
        (SIMPLE + "[[consents]]\nchannel = 'sms'", "consents.1.purpose"),
        ('name = "x"\nkind = "consents"\n[fields]\nnumber = "a"', "fields.channel"),
        ("nonsense = 1\n" + SIMPLE, "nonsense"),
    ],
)
def test_says_where_it_is_wrong(text: str, where: str) -> None:
    with pytest.raises(MappingInvalid) as refused:
        load_mapping(text)
    assert refused.value.values["where"] == where
