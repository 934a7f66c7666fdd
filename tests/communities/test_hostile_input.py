"""What people type and send: cleaned, limited or refused with words."""

import io
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from huiqun.communities import actions
from huiqun.communities.models import Picture, Post
from huiqun.communities.rules.cleaning import clean, masked, written
from huiqun.communities.rules.links import check_links, pieces
from huiqun.communities.rules.pictures import paint
from huiqun.communities.rules.refusals import (
    LinkRefused,
    NotAPicture,
    NothingSaid,
    NotYet,
    PictureTooLarge,
    TooFast,
    TooLong,
    TooManyLinks,
    TooManyPictures,
)
from tests.makers.communities import THEN, make_group, make_member, make_post, picture_bytes

HOSTS = ("*.bank.example.com",)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202e\u2066反过来\u2069\u202c写", "反过来写"),
        (
            "z\u0300\u0301\u0302\u0303\u0304\u0305algo",
            "z\u0300\u0301\u0302".replace("z\u0300", "z\u0300")[:3] + "algo",
        ),
        ("藏\u200b着\ufeff字", "藏着字"),
        ("a\x00b\x07c", "abc"),
        ("一\r\n\r\n\r\n\r\n二", "一\n\n二"),
        ("好" * 50, "好" * 12),
        ("<script>alert(1)</script>你好", "<script>alert(1)</script>你好"),
    ],
)
def test_tricks_are_taken_out_and_markup_is_only_text(typed, kept):
    assert clean(typed) == kept


def test_families_of_emoji_and_marks_of_languages_stay_whole():
    family = "👨\u200d👩\u200d👧"
    assert clean(f"全家{family}") == f"全家{family}"
    assert clean("Tiếng Việt") == "Tiếng Việt"


def test_no_more_lines_than_forty():
    assert clean("\n".join(f"第{n}行" for n in range(500))).count("\n") == 39


@pytest.mark.parametrize("typed", ["", "   ", "👍👍👍", "!!!???", "\u200b\u200b", "。"])
def test_hardly_anything_is_nothing(typed):
    with pytest.raises(NothingSaid):
        written(typed, most=1000)


def test_too_long_is_refused():
    with pytest.raises(TooLong):
        written("钱生钱" * 400, most=1000)
    with pytest.raises(TooLong):
        written("啊" * 5_000_000, most=1000)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("打我电话13912345678", "打我电话139****5678"),
        ("打我电话 139-1234-5678 谢谢", "打我电话 139****5678 谢谢"),
        ("身份证330106199005171234", "身份证3****************4"),
        ("邮箱li.lei@example.com", "l***@example.com"),
    ],
)
def test_peoples_numbers_are_made_unreadable(typed, shown):
    assert shown in masked(typed) and masked(masked(typed)) == masked(typed)


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/login",
        "https://bank.example.com@evil.top/x",
        "https://xn--fiqs8s.example",
        "https://bank-example.top/",
        "https://evil.com:8443/",
        "http://[::1]/",
    ],
)
def test_links_that_pretend_or_hide_are_refused(link):
    with pytest.raises(LinkRefused):
        check_links(
            f"看这里 {link} 很好",
            hosts=("*.bank.example.com", "www.jiangchuan.example.com", "bank-example.cn"),
        )


def test_links_out_of_the_bank_are_told_apart():
    text = "官网https://www.bank.example.com/a，另见 www.news.com/b。完"
    assert [(each.text, each.trusted) for each in pieces(text, hosts=HOSTS) if each.address] == [
        ("https://www.bank.example.com/a", True),
        ("www.news.com/b", False),
    ]
    assert "".join(each.text for each in pieces(text, hosts=HOSTS)) == text
    with pytest.raises(TooManyLinks):
        check_links("a.com b.com c.com d.com", hosts=HOSTS)


def test_a_picture_keeps_neither_place_nor_what_hid_in_the_file():
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0)}
    sent = picture_bytes((2000, 1000), "JPEG", exif=exif) + b"<script>hidden</script>"
    painted = paint(sent)
    kept = Image.open(io.BytesIO(painted.content))
    assert not kept.getexif() and b"script" not in painted.content
    assert (painted.width, painted.height) == (1280, 640) and kept.format == "JPEG"


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused():
    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    side = 50_000
    head = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(PictureTooLarge):
        paint(bomb)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"PK\x03\x04" + b"\x00" * 100,
        b"<svg onload='alert(1)'/>",
        b"\x00\x00\x00\x18ftypmp42",
        picture_bytes()[:60],
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(NotAPicture):
        paint(content)


def test_a_hundred_megabytes_are_refused_unread():
    with pytest.raises(PictureTooLarge):
        paint(b"\xff\xd8\xff" + b"\x00" * 100 * 2**20)


def post(member, body="今天学会了记账", **over):
    values = {
        "group_id": member.group_id,
        "customer_id": member.customer_id,
        "now": THEN + timedelta(days=30),
    }
    return actions.write_post(**(values | {"body": body} | over))


def test_a_bad_picture_among_good_ones_leaves_nothing(north):
    member = make_member(group=make_group(branch=north))
    with pytest.raises(NotAPicture):
        post(member, pictures=[picture_bytes(), b"no picture"])
    with pytest.raises(TooManyPictures):
        post(member, pictures=[picture_bytes()] * 10)
    assert not Post.objects.exists() and not Picture.objects.exists()


def test_new_members_post_no_links_and_pictures(north):
    member = make_member(group=make_group(branch=north))
    for over in ({"pictures": [picture_bytes()]}, {"body": "看 https://www.bank.example.com/a 很好"}):
        with pytest.raises(NotYet):
            post(member, now=THEN + timedelta(days=1), **over)
    assert not Post.objects.exists()
    assert post(member, pictures=[picture_bytes()]).placement_id


def test_a_flood_is_stopped_and_counted_in_the_database(north):
    member = make_member(group=make_group(branch=north))
    for minute in range(3):
        post(member, now=THEN + timedelta(minutes=minute))
    with pytest.raises(TooFast):
        post(member, now=THEN + timedelta(minutes=9))
    assert Post.objects.count() == 3
    post(member, now=THEN + timedelta(days=1))


def test_comments_by_emoji_need_one_letter(north):
    member = make_member(group=make_group(branch=north))
    placement = make_post(member=member)
    with pytest.raises(NothingSaid):
        actions.write_comment(placement_id=placement.pk, customer_id=member.customer_id, body="👍", now=THEN)
    assert actions.write_comment(
        placement_id=placement.pk, customer_id=member.customer_id, body="赞👍", now=THEN
    )
