"""The `huiqun` command. Each subcommand imports what it needs when it runs."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from huiqun.config import commands_of_data
from huiqun.config.starting import refuse_unfit_production, with_django

SECTIONS: Final = (
    ("Start · 启动", ("demo", "serve", "worker")),
    ("Bring in data · 导入", ("import customers", "import contacts", "import redemptions")),
    (
        "Check and prove · 检查与取证",
        (
            "compliance check",
            "compliance train",
            "campaign run-through",
            "evidence verify",
            "ledger verify",
            "draw verify",
        ),
    ),
    (
        "Operate · 运维",
        (
            "migrate",
            "staff new",
            "keys new",
            "keys rotate",
            "settings check",
            "lake archive",
            "erase customer",
        ),
    ),
)


class FirstPage(click.Group):
    """Shows every command with its subcommands, by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, paths in SECTIONS:
            rows = [(path, self._command(ctx, path).get_short_help_str(100)) for path in paths]
            with formatter.section(title):
                formatter.write_dl(rows, col_max=24)

    def _command(self, ctx: click.Context, path: str) -> click.Command:
        command: click.Command = self
        for name in path.split():
            assert isinstance(command, click.Group)
            found = command.get_command(ctx, name)
            assert found is not None, path
            command = found
        return command


@click.group(
    cls=FirstPage, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
@click.version_option(package_name="huiqun", message="Huiqun 汇群 %(version)s")
def main() -> None:
    """汇群 Huiqun: a retail bank's customer communities and marketing campaigns, run lawfully.

    零售银行合规营销平台。Begin with `huiqun demo`; `huiqun COMMAND --help` tells more about each.
    """


def _refuse_broken_rulebook() -> None:
    """Programs that judge copy do not start on a rule or law that cannot be used."""
    from huiqun.compliance.system_checks import require_rulebook
    from huiqun.lib.data_files import BrokenFile

    try:
        require_rulebook()
    except BrokenFile as broken:
        raise click.ClickException(str(broken)) from None


# Start ----------------------------------------------------------------------------------------------


@main.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="HUIQUN_PORT",
    help="Of the web server; the demo channels take the ports 25 and 26 above it.",
)
@click.option("--workers", default=1, show_default=True, help="Background workers to start.")
@click.option("--fresh", is_flag=True, help="Throw away an earlier demo's data first.")
def demo(port: int, workers: int, fresh: bool) -> None:
    """Everything on this machine, with a made-up bank · 在本机启动全部演示"""
    from huiqun.config.demo import DemoOptions, run

    if os.environ.get("HUIQUN_MODE") == "production":
        raise click.ClickException("HUIQUN_MODE is production: the demo does not start on a bank's database.")
    folder = Path(os.environ.get("HUIQUN_VAR") or "var")
    sys.exit(run(DemoOptions(port=port, workers=workers, fresh=fresh, folder=folder)))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="HUIQUN_PORT")
@click.option("--processes", default=1, show_default=True, help="Server processes.")
@click.option(
    "--threads",
    default=4,
    show_default=True,
    help="Requests at once in each process; each may hold a database connection.",
)
@click.option("--access-log", is_flag=True, help="One line per request.")
def serve(host: str, port: int, processes: int, threads: int, access_log: bool) -> None:
    """The web server · 网站服务"""
    refuse_unfit_production()
    from huiqun.config.supervisor import busy_ports

    if busy_ports(host, [port]):
        raise click.ClickException(f"Port {port} is in use by another program. Choose another with --port.")
    _refuse_broken_rulebook()
    from huiqun.config.web import run

    run(host=host, port=port, processes=processes, threads=threads, access_log=access_log)


@main.command()
@click.option(
    "--concurrency", default=4, show_default=True, help="Jobs at once; each may hold a database connection."
)
@click.option("--queue", "queues", multiple=True, help="Work on these queues only.")
@with_django
def worker(concurrency: int, queues: Sequence[str]) -> None:
    """The background worker: sends, imports, seals; start as many as needed · 后台任务"""
    _refuse_broken_rulebook()
    from huiqun.config.worker import run

    run(concurrency=concurrency, queues=list(queues))


# Bring in data --------------------------------------------------------------------------------------


@main.group("import")
def import_() -> None:
    """Bring in the bank's files · 导入银行数据文件"""


@import_.command("customers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML: which column is what.",
)
@click.option("--dry-run", is_flag=True, help="Store nothing; show the first rows as they would be stored.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write refused rows with line, column and reason here.",
)
@with_django
def import_customers(file: Path, mapping: Path, dry_run: bool, refused: Path | None) -> None:
    """Customers from CSV, XLSX or Parquet by a mapping file · 导入客户"""
    from huiqun.config.commands.importing import import_customers as run

    sys.exit(run(file, mapping=mapping, dry_run=dry_run, refused=refused))


@import_.command("contacts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML: which column is what.",
)
@click.option(
    "--as",
    "username",
    required=True,
    help="The marketer of the head office who takes them over; a fact says so.",
)
@with_django
def import_contacts(file: Path, mapping: Path, username: str) -> None:
    """Contacts of a past campaign, and who bought, from CSV by a mapping file · 导入历史触达"""
    from huiqun.config.commands.importing import import_contacts as run

    run(file, mapping=mapping, username=username)


import_.add_command(commands_of_data.redemptions)


# Check and prove ------------------------------------------------------------------------------------


@main.group()
def compliance() -> None:
    """Copy and plans against the law · 合规"""


@compliance.command("check")
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--channel", default="sms", show_default=True, help="sms, email, wechat_article, poster …")
@click.option(
    "--kind",
    default="brand",
    show_default=True,
    help="Kind of product: deposit, wealth, fund, insurance, loan, credit_card …",
)
@click.option("--risk", type=click.IntRange(1, 5), help="The product's risk level: 2 for R2.")
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of the findings."
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Judge by the law of this day; default today.")
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON.")
@click.option(
    "--jsonl",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Many pieces at once: lines with id, channel, product_kind, product_risk, text.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where their findings go.")
def compliance_check(
    file: Any,
    channel: str,
    kind: str,
    risk: int | None,
    language: str,
    on: datetime | None,
    as_json: bool,
    jsonl: Path | None,
    out: Path | None,
) -> None:
    """What in a copy breaks which law, and what to write instead; exits 1 if it may not go out · 文案审查"""
    from huiqun.config.commands.copy_check import check, check_lines, text_of

    day = on.date() if on else None
    if jsonl:
        if out is None:
            raise click.UsageError("Say with --out where the findings of --jsonl go.")
        sys.exit(check_lines(jsonl, out=out, on=day))
    sys.exit(
        check(
            text_of(file), channel=channel, kind=kind, risk=risk, language=language, on=day, as_json=as_json
        )
    )


@compliance.command("train")
def compliance_train() -> None:
    """Train the small model from the rules' examples, after any of them has changed · 训练小模型"""
    from huiqun.config.commands.model import run

    run(Path("docs/compliance-model.md"))


@main.group()
def campaign() -> None:
    """Campaigns · 营销活动"""


@campaign.command("run-through")
@click.option("--fresh", is_flag=True, help="Load the demo bank anew.")
@click.option("--port", default=8400, show_default=True, help="And the 25th and 26th after it.")
def campaign_run_through(fresh: bool, port: int) -> None:
    """A whole campaign on the demo bank without a browser: plan, check, approve, reach, measure · 全流程演练"""
    from huiqun.config.demo import DemoOptions, run_through

    sys.exit(run_through(DemoOptions(port=port, fresh=fresh, folder=Path("var/run-through"))))


@main.group()
def evidence() -> None:
    """Sealed facts · 证据链"""


@evidence.command("verify")
@click.option(
    "--anchor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An exported anchor, kept outside the database.",
)
@with_django
def evidence_verify(anchor: Path | None) -> None:
    """Whether a fact or a ledger's row was altered, taken out or slipped in; exits 1 if so · 证据核验"""
    from huiqun.config.commands.evidence import verify

    sys.exit(verify(anchor))


# Operate --------------------------------------------------------------------------------------------


@main.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if a model has no migration.")
@with_django
def migrate(check: bool) -> None:
    """Bring database, translations and static files up to date · 升级数据库"""
    from huiqun.config.commands.operating import migrate as run

    run(check=check)


@main.group()
def staff() -> None:
    """Staff accounts · 员工账号"""


@staff.command("new")
@click.argument("username")
@click.option("--name", "full_name", prompt="Full name 姓名")
@click.option(
    "--branch",
    "branch_code",
    prompt="Branch code 机构号",
    help="Made as the head office if there is no branch yet.",
)
@click.option("--role", "roles", multiple=True, default=["administrator"], show_default=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@with_django
def staff_new(username: str, full_name: str, branch_code: str, roles: Sequence[str], password: str) -> None:
    """One more member of staff, first of all the administrator · 新建员工(首个管理员)"""
    from huiqun.config.commands.operating import new_staff

    new_staff(username=username, full_name=full_name, branch_code=branch_code, roles=roles, password=password)


@main.group()
def keys() -> None:
    """Secrets and encryption keys · 密钥"""


@keys.command("new")
@click.option("--algorithm", type=click.Choice(["aes", "sm4"]), default="aes", show_default=True)
@click.option(
    "--id",
    "key_id",
    default="k1",
    show_default=True,
    help="The key's name in stored values: choose a new one each time.",
)
def keys_new(algorithm: str, key_id: str) -> None:
    """Print new secrets for the settings; stores nothing · 生成密钥"""
    from huiqun.config.commands.keys import new

    click.echo(new(algorithm=algorithm, key_id=key_id))


@keys.command("rotate")
@with_django
def keys_rotate() -> None:
    """Encrypt all that is stored encrypted again with the first key of HUIQUN_KEYS · 密钥轮换"""
    from huiqun.config.commands.keys import rotate

    rotate()


@main.group()
def settings() -> None:
    """Settings · 配置"""


@settings.command("check")
def settings_check() -> None:
    """What keeps these settings from being fit for production; exits 2 if anything · 生产配置检查"""
    os.environ["HUIQUN_MODE"] = "production"
    refuse_unfit_production()
    click.echo("These settings are fit for production. 配置满足生产要求。")


@main.command("prepare-demo", hidden=True)
@with_django
def prepare_demo() -> None:
    """Migrate, and load the demo bank if it is not there."""
    from huiqun.config.commands.demo_bank import prepare

    prepare()


main.add_command(commands_of_data.erase)
main.add_command(commands_of_data.lake)
main.add_command(commands_of_data.ledger)
main.add_command(commands_of_data.draw)

if __name__ == "__main__":
    main()
