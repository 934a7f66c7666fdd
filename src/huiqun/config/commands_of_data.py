"""`huiqun erase`, `huiqun lake`, `huiqun ledger`, and `huiqun draw`: what is done to data that is there."""

import sys
from pathlib import Path

import click

from huiqun.config.starting import with_django


@click.group()
def erase() -> None:
    """Personal data · 个人信息删除"""


@erase.command("customer")
@click.argument("number")
@click.option(
    "--ground",
    type=click.Choice(["asked", "ended", "withdrawn", "expired"]),
    default="asked",
    show_default=True,
    help="Why.",
)
@click.option("--asked-by", required=True, help="Who asks: somebody of the service desk, or a manager.")
@click.option("--done-by", required=True, help="Who answers for it: somebody else, of compliance review.")
@with_django
def erase_customer(number: str, ground: str, asked_by: str, done_by: str) -> None:
    """A customer's data, here and in the lake, at once; facts say who · 删除客户个人信息"""
    from huiqun.config.commands.erasing import erase

    erase(number, ground=ground, asked_by=asked_by, done_by=done_by)


@click.group()
def lake() -> None:
    """The lake · 数据湖"""


@lake.command("archive")
@with_django
def lake_archive() -> None:
    """Move months older than HUIQUN_ARCHIVE_DAYS to HUIQUN_ARCHIVE now, not by night · 归档历史数据"""
    from huiqun.config.commands.lake import archive

    archive()


@click.group()
def ledger() -> None:
    """The points ledger · 积分账"""


@ledger.command("verify")
@with_django
def ledger_verify() -> None:
    """Whether every account of the points ledger adds up; exits 1 if not · 积分账核对"""
    from huiqun.config.commands.ledger import verify

    sys.exit(verify())


@click.group()
def draw() -> None:
    """Prize draws · 抽奖"""


@draw.command("verify")
@click.argument("draw_id", type=int, required=False)
@click.option(
    "--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="What the page published."
)
@with_django
def draw_verify(draw_id: int | None, file: Path | None) -> None:
    """Whether every outcome follows from the seed committed to; exits 1 if not · 抽奖核验"""
    from huiqun.config.commands.draws import verify

    sys.exit(verify(draw_id, file))


@click.command("redemptions")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The marketer of the head office who takes them over.")
@click.option(
    "--once/--again", default=False, show_default=True, help="Whether a customer may use a coupon once only."
)
@with_django
def redemptions(folder: Path, username: str, once: bool) -> None:
    """Past campaigns with coupons, every redemption replayed in order · 导入并重放历史核销"""
    from huiqun.config.commands.replaying import import_redemptions as run

    run(folder, username=username, once=once)
