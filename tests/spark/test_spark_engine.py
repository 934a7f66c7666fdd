"""The engine on a cluster that is there, that comes back, that is slow, and that is not there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyroaring import BitMap

from huiqun.audiences.engine import Scope, choosing, engine, refusals
from huiqun.audiences.engine.duck import DuckEngine
from huiqun.config.checks import production_problems
from huiqun.foundation import fields
from tests.makers.audiences import NOW, make_lake
from tests.spark.cluster import Cluster
from tests.spark.random_rules import parsed

EVERYBODY = parsed({"all": []})
WOMEN = {"field": "profile.sex", "op": "eq", "value": "F"}
UNKNOWN = parsed({"all": [WOMEN, {"field": "aum.now", "op": "gt", "value": 1}]})
on_spark = [
    pytest.mark.slow,
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore:.*RETRIES_EXCEEDED:UserWarning"),
]


class TestOnACluster:
    pytestmark = on_spark

    def test_two_workers_share_the_work(self, spark: Any, scope: Scope, cluster: Cluster) -> None:
        assert spark.name == "spark" and spark.chosen(EVERYBODY, scope) == DuckEngine().chosen(
            EVERYBODY, scope
        )
        assert cluster.workers() == ["ALIVE", "ALIVE"]

    def test_a_session_is_in_utc_whatever_the_cluster_is_set_to(self, spark: Any) -> None:
        said = spark._sessions.get().sql("SELECT current_timezone(), DATE(TIMESTAMP'2026-11-19 16:00:00Z')")
        assert [str(column[0]) for column in said.toArrow().columns] == ["UTC", "2026-11-19"]

    def test_counts_for_whom_a_field_is_unknown(self, spark: Any, scope: Scope) -> None:
        assert list(spark.unknown(UNKNOWN, scope)) == list(DuckEngine().unknown(UNKNOWN, scope)) != [0, 0]
        assert spark.unknown(EVERYBODY, scope) == ()

    def test_only_the_branches_asked_for(self, spark: Any, scope: Scope) -> None:
        of_one = replace(scope, branch_ids=(1, 3))
        assert spark.chosen(UNKNOWN, of_one) == DuckEngine().chosen(UNKNOWN, of_one) != BitMap()
        assert spark.chosen(EVERYBODY, replace(scope, branch_ids=())) == BitMap()

    def test_members_of_another_audience_are_handed_over(
        self, spark: Any, scope: Scope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fields._families, "audience", _member_of)
        rule = parsed({"all": [WOMEN, {"not": {"field": "audience:7", "op": "eq", "value": True}}]})
        members = BitMap(range(0, 200, 3))
        women = DuckEngine().chosen(parsed(WOMEN), scope)
        assert spark.chosen(rule, replace(scope, sides={"audience_7": members})) == women - members
        assert spark.chosen(rule, replace(scope, sides={"audience_7": BitMap()})) == women

    def test_a_rule_reads_the_version_of_the_lake_it_began_with(
        self, spark: Any, scope: Scope, settings: Any, tmp_path: Path
    ) -> None:
        settings.HUIQUN_LAKE = str(tmp_path / "lake")
        numbered = [make_lake(now=NOW, profiles=[_profile(each) for each in range(1, n)]) for n in (3, 5)]
        again = engine()
        assert [
            again.chosen(EVERYBODY, replace(scope, lake_version=each)) for each in reversed(numbered)
        ] == [
            BitMap([1, 2, 3, 4]),
            BitMap([1, 2]),
        ]
        assert (
            again.chosen(parsed({"field": "aum.now", "op": "is_known"}), replace(scope, lake_version=1))
            == BitMap()
        )

    def test_a_table_of_the_warehouse_in_place_of_our_files(
        self, spark: Any, scope: Scope, settings: Any
    ) -> None:
        session = spark._sessions.get()
        session.sql(
            "SELECT CAST(id AS INT) AS CUSTOMER_ID, '1' AS branch_id, IF(id % 2 = 0, 'F', 'M') AS sex,"
            " TIMESTAMP'1969-12-31 00:00:00' AS birth_date, 'dropped' AS name FROM range(1, 11)"
        ).createOrReplaceGlobalTempView("dim_customer")
        settings.HUIQUN_SPARK_TABLES = "profiles=global_temp.dim_customer"
        there = engine()
        assert there.chosen(parsed(WOMEN), scope) == BitMap([2, 4, 6, 8, 10])
        old = parsed({"all": [{"field": "profile.age", "op": "eq", "value": 56}, {"not": WOMEN}]})
        assert there.chosen(old, replace(scope, branch_ids=(1,))) == BitMap([1, 3, 5, 7, 9])
        assert there.chosen(parsed({"field": "profile.city", "op": "is_known"}), scope) == BitMap()
        settings.HUIQUN_SPARK_TABLES = "aum=global_temp.dim_customer"
        with pytest.raises(refusals.ClusterUnfit, match="has no column dt"):
            engine().chosen(UNKNOWN, scope)
        settings.HUIQUN_SPARK_TABLES = "aum=dw.nowhere"
        with pytest.raises(refusals.ClusterUnfit, match=r"no table dw\.nowhere"):
            engine().chosen(UNKNOWN, scope)

    def test_an_id_that_is_too_long_is_refused_and_not_cut_off(
        self, spark: Any, scope: Scope, settings: Any
    ) -> None:
        spark._sessions.get().sql(
            f"SELECT {2**32 + 5} AS customer_id, 1 AS branch_id"
        ).createOrReplaceGlobalTempView("far")
        settings.HUIQUN_SPARK_TABLES = "profiles=global_temp.far"
        with pytest.raises(ValueError):
            engine().chosen(EVERYBODY, scope)

    def test_a_question_that_takes_too_long_is_taken_back(
        self, spark: Any, scope: Scope, settings: Any
    ) -> None:
        session = spark._sessions.get()
        session.sql(
            "SELECT a.id AS customer_id, 1 AS branch_id FROM range(2000000000) a JOIN range(1000) b"
            " WHERE hash(a.id, b.id) = 7"
        ).createOrReplaceGlobalTempView("endless")
        settings.HUIQUN_SPARK_TABLES, settings.HUIQUN_SPARK_SECONDS = "profiles=global_temp.endless", 5
        with pytest.raises(refusals.ClusterTooSlow, match="within 5 seconds"):
            engine().chosen(EVERYBODY, scope)
        settings.HUIQUN_SPARK_TABLES = ""
        assert len(engine().chosen(EVERYBODY, scope)) == 160

    def test_what_goes_wrong_on_the_cluster_is_said(self, spark: Any, scope: Scope, settings: Any) -> None:
        spark._sessions.get().sql(
            "SELECT id AS customer_id, IF(id < 0, '1', 'north') AS branch_id FROM range(3)"
        ).createOrReplaceGlobalTempView("words")
        settings.HUIQUN_SPARK_TABLES = "profiles=global_temp.words"
        with pytest.raises(refusals.ClusterGaveUp, match="CAST_INVALID_INPUT"):
            engine().chosen(EVERYBODY, replace(scope, branch_ids=(1,)))

    def test_the_cluster_may_go_and_come_back(self, spark: Any, scope: Scope, cluster: Cluster) -> None:
        before = spark.chosen(parsed(WOMEN), scope)
        cluster.fail()
        with pytest.raises(refusals.ClusterSilent, match="does not answer"):
            spark.chosen(parsed(WOMEN), scope)
        cluster.serve()
        assert spark.chosen(parsed(WOMEN), scope) == before

    def test_a_session_that_the_cluster_has_forgotten_is_opened_again(self, spark: Any, scope: Scope) -> None:
        spark._sessions.get().client.release_session()
        assert len(spark.chosen(EVERYBODY, scope)) == 160


class TestWithoutACluster:
    def test_nobody_there_is_a_refusal_at_once(self, scope: Scope, settings: Any) -> None:
        settings.HUIQUN_ENGINE = "spark://127.0.0.1:9"
        with pytest.raises(refusals.ClusterSilent, match=r"127\.0\.0\.1:9 does not answer"):
            engine().chosen(EVERYBODY, scope)

    @pytest.mark.parametrize("named", ["", "duckdb", "local"])
    def test_duckdb_is_meant_when_no_cluster_is_named(self, settings: Any, named: str) -> None:
        settings.HUIQUN_ENGINE = named
        assert engine().name == "duckdb"

    def test_an_engine_that_does_not_exist_is_refused(self, settings: Any) -> None:
        settings.HUIQUN_ENGINE = "clickhouse://here"
        with pytest.raises(Exception, match="clickhouse"):
            engine()

    @pytest.mark.parametrize(
        ("named", "problem"),
        [
            ("duckdb", ""),
            ("spark:/here", "spark://host:port"),
            ("clickhouse://here", "spark://host:port"),
            ("spark://", "spark://host:port"),
        ],
    )
    def test_production_does_not_start_with_an_engine_that_does_not_exist(
        self, named: str, problem: str
    ) -> None:
        settings = {"HUIQUN_MODE": "production", "HUIQUN_ENGINE": named}
        said = [each for each in production_problems(settings) if "HUIQUN_ENGINE" in each]
        assert any(problem in each for each in said) if problem else said == []

    def test_production_wants_the_client_and_a_number_of_seconds(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("huiqun.config.checks.find_spec", lambda name: None)
        settings = {
            "HUIQUN_MODE": "production",
            "HUIQUN_ENGINE": "spark://spark.bank.example:443/;use_ssl=true",
            "HUIQUN_SPARK_SECONDS": "soon",
        }
        said = "\n".join(production_problems(settings))
        assert "its client is missing" in said and "HUIQUN_SPARK_SECONDS must be" in said

    def test_one_engine_keeps_its_session_for_all_who_ask(self, settings: Any) -> None:
        settings.HUIQUN_ENGINE = "spark://127.0.0.1:9"
        assert engine() is engine()

    def test_a_token_is_only_sent_encrypted(self, settings: Any) -> None:
        settings.HUIQUN_ENGINE, settings.HUIQUN_SPARK_TOKEN = "spark://spark.bank.example:443", "a;b=c"
        there: Any = engine()
        assert there._sessions.address == "sc://spark.bank.example:443/;use_ssl=true;token=a%3Bb%3Dc"
        assert there._sessions.shown == "spark.bank.example:443"

    def test_tables_are_named_by_dataset(self) -> None:
        assert choosing.warehouse_tables(" profiles = dw.dim_customer, aum=dw.`资产` ,") == {
            "profiles": "dw.dim_customer",
            "aum": "dw.`资产`",
        }
        for wrong in ("profiles", "profiles=", "people=dw.people"):
            with pytest.raises(Exception, match="dataset=table"):
                choosing.warehouse_tables(wrong)

    def test_shows_its_sql(self, scope: Scope, settings: Any) -> None:
        settings.HUIQUN_ENGINE = "spark://127.0.0.1:9"
        assert "`p`.`customer_id`" in engine().sql(UNKNOWN, scope)


def _profile(customer_id: int) -> dict[str, Any]:
    return {"customer_id": customer_id, "branch_id": 1}


def _member_of(name: str) -> fields.AudienceField:
    from sqlglot import exp

    def relation(_arguments: Any, _today: Any) -> exp.Select:
        members = exp.to_table(f"audience_{name}", quoted=True)
        return exp.select(exp.column("customer_id", quoted=True), exp.true().as_("value", quoted=True)).from_(
            members
        )

    return fields.AudienceField(
        name=f"audience:{name}",
        label="x",
        type=fields.FieldType.FLAG,
        group="x",
        relation=relation,
        absent=False,
    )
