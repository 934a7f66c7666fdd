"""What is written in another way for another engine, as text: no cluster needed."""

import pytest
from sqlglot import exp, parse_one

from huiqun.audiences.engine.dialects import postgres_sql, spark_sql

THIRTY_NINE = "0." + "0" * 38 + "1"


def spark(sql: str, **tables: str) -> str:
    return spark_sql(parse_one(sql, dialect="duckdb"), tables=tables)


def test_a_membership_is_an_existence() -> None:
    assert spark(
        "SELECT p.c FROM t AS p WHERE NOT p.c IN (SELECT c FROM u GROUP BY c HAVING SUM(x) > 1)"
    ) == (
        "SELECT `p`.`c` FROM `t` AS `p` WHERE NOT EXISTS(SELECT 1 FROM (SELECT `c` FROM `u` GROUP BY `c`"
        " HAVING SUM(`x`) > 1) AS `m0` WHERE `m0`.`c` = `p`.`c`)"
    )


def test_a_list_of_values_stays_one() -> None:
    assert spark("SELECT 1 FROM t WHERE x IN ('a', 'b')") == "SELECT 1 FROM `t` WHERE `x` IN ('a', 'b')"


def test_datasets_have_other_names_and_everything_else_keeps_its_own() -> None:
    said = spark("WITH f0 AS (SELECT aum FROM aum) SELECT f0.aum FROM f0", aum="v3_aum", f1="v3_f1")
    assert said == "WITH `f0` AS (SELECT `aum` FROM `v3_aum`) SELECT `f0`.`aum` FROM `f0`"


@pytest.mark.parametrize("text", ["it's", "C:\\x", "\\%", "\\", "${x}", "a\nb", "'; DROP TABLE x--", "留学"])
def test_text_stays_text(text: str) -> None:
    for write, dialect in ((spark_sql, "spark"), (postgres_sql, "postgres")):
        said = write(exp.select(exp.Literal.string(text)))
        literal = parse_one(said, dialect=dialect).expressions[0]
        assert literal.is_string and literal.this == text, said


def test_a_number_longer_than_an_engine_can_hold_is_a_floating_one() -> None:
    assert spark(f"SELECT x > {THIRTY_NINE}") == f"SELECT `x` > CAST('{THIRTY_NINE}' AS DOUBLE)"
    assert "DOUBLE PRECISION" in postgres_sql(parse_one(f"SELECT x > {THIRTY_NINE}"))
    assert spark("SELECT x > 1.5") == "SELECT `x` > 1.5"


def test_a_pattern_ends_where_the_text_ends() -> None:
    assert spark("SELECT REGEXP_MATCHES(x, '^[0-9]$')") == "SELECT `x` RLIKE '^[0-9]\\\\z'"


def test_the_tree_that_was_given_is_left_as_it_was() -> None:
    tree = parse_one(f"SELECT p.c FROM t AS p WHERE p.c IN (SELECT c FROM u) AND p.x > {THIRTY_NINE}")
    before = tree.sql()
    spark_sql(tree, tables={"t": "v"})
    postgres_sql(tree)
    assert tree.sql() == before
