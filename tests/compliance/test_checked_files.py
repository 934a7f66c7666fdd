"""Posters, screenshots and film scripts: given, read, shown with their findings at their places."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from huiqun.compliance import actions
from huiqun.compliance.media import ocr
from huiqun.compliance.media.pictures import LARGEST_AREA, NotAPicture, PictureTooLarge, open_picture
from huiqun.compliance.media.subtitles import NotSubtitles, ScriptTooLong, read_script
from huiqun.compliance.models import CheckedFile
from huiqun.compliance.queries import checked_files as queries
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

FONTS = [Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")]
needs_font = pytest.mark.skipif(not FONTS[0].exists(), reason="no Chinese font to draw a poster with")
AS_WEALTH = {"channel": "poster", "product_kind": "wealth", "product_risk": 2}


def poster(*lines: str, size: tuple[int, int] = (900, 700), form: str = "PNG") -> bytes:
    picture = Image.new("RGB", size, "#b3122a")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(FONTS[0], 56)
    for number, line in enumerate(lines):
        draw.text((80, 60 + 150 * number), line, font=font, fill="white")
    stream = io.BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


def give(content, by, now, name="poster.png", **over):
    return actions.give_file(content=content, file_name=name, by=by, now=now, **{**AS_WEALTH, **over})


@needs_font
def test_finds_the_words_of_a_poster_where_they_are_printed(db, marketer, now):
    content = poster("江川银行", "本金无忧 稳赚不赔", "产品有风险，投资须谨慎")
    file_id = give(content, marketer, now)
    jobs.run_pending()

    file = queries.checked_file(file_id, marketer)
    placed = {one.finding.rule: one for one in queries.placed_findings(file, on=local_date(now)) if one.boxes}

    (box,) = placed["GUA-02"].boxes
    assert box.left > 80 + 4 * 56, "the second half of the line"
    assert 210 <= box.middle <= 290, "the second line"
    assert "GUA-01" in placed


@needs_font
def test_reads_a_long_screenshot_in_pieces_and_each_line_once(db, marketer, now, monkeypatch):
    # Three pieces, of which each shows a line or two of the one above: cut lower than in earnest, to read less.
    monkeypatch.setattr(ocr, "TALLEST_PIECE", 800)
    lines = [f"第{number}行的文字" for number in range(1, 13)]
    file_id = give(poster(*lines, size=(900, 1900)), marketer, now)
    jobs.run_pending()

    text = queries.checked_file(file_id, marketer).text
    assert [text.count(f"第{number}行") for number in range(1, 13)] == [1] * 12


def test_a_picture_without_print_is_read_and_says_so(db, marketer, now, client_of):
    stream = io.BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(stream, "PNG")
    file_id = give(stream.getvalue(), marketer, now)
    jobs.run_pending()

    page = client_of(marketer).get(f"/compliance/check/files/{file_id}/").content.decode()
    assert "图片中没有识别到文字" in page


def test_a_picture_that_cannot_be_read_never_looks_clean(db, marketer, now, monkeypatch, client_of):
    file_id = give(poster("保本") if FONTS[0].exists() else one_pixel(), marketer, now)

    def fail(picture):
        raise MemoryError

    monkeypatch.setattr("huiqun.compliance.media.ocr.read_picture", fail)
    with pytest.raises(Exception):  # noqa: B017 - whatever the queue makes of it
        jobs.run_pending()

    assert CheckedFile.objects.get(pk=file_id).state == "failed"
    page = client_of(marketer).get(f"/compliance/check/files/{file_id}/").content.decode()
    assert "没有审查" in page
    assert "未发现" not in page


def one_pixel() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (1, 1)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n broken", b"<svg/>", bytes(1000)])
def test_refuses_what_is_no_picture_and_keeps_nothing(db, marketer, now, content):
    with pytest.raises(NotAPicture):
        give(content, marketer, now)
    assert not CheckedFile.objects.exists()
    assert not Fact.objects.filter(kind="compliance.FileChecked").exists()


def test_refuses_a_picture_that_unfolds_into_gigabytes():
    side = int(LARGEST_AREA**0.5) + 10
    stream = io.BytesIO()
    Image.new("1", (side, side)).save(stream, "PNG")
    assert len(stream.getvalue()) < 100_000
    with pytest.raises(PictureTooLarge):
        open_picture(stream.getvalue())


def test_keeps_the_picture_but_not_what_the_camera_noted(db, marketer, now):
    stream = io.BytesIO()
    picture = Image.new("RGB", (40, 20))
    noted = picture.getexif()
    noted[0x0110] = "CAMERA-OF-BRANCH"
    noted[0x0112] = 6
    picture.save(stream, "JPEG", exif=noted)
    content = stream.getvalue()
    assert b"CAMERA-OF-BRANCH" in content

    file_id = give(content, marketer, now, name="photo.jpg")

    kept = queries.picture_of(file_id, marketer)
    assert b"CAMERA-OF-BRANCH" not in kept
    assert Image.open(io.BytesIO(kept)).size == (20, 40), "upright"
    assert CheckedFile.objects.get(pk=file_id).digest == hashlib.sha256(content).hexdigest()


def test_pictures_are_dropped_after_their_time_and_their_findings_stay(db, marketer, now):
    file_id = give(one_pixel(), marketer, now)
    assert actions.drop_old_pictures(now=now + timedelta(days=89)) == 0
    assert actions.drop_old_pictures(now=now + timedelta(days=91)) == 1
    with pytest.raises(NotFound):
        queries.picture_of(file_id, marketer)
    assert queries.checked_file(file_id, marketer).digest


def test_a_page_whose_picture_is_deleted_says_so_and_keeps_the_findings(db, marketer, now, client_of):
    file_id = give(one_pixel(), marketer, now)
    words, box = "本金无忧,稳赚不赔", [1, 1, 9, 9]
    marks = {"width": 10, "height": 10, "boxes": [[len(words), box]]}
    CheckedFile.objects.filter(pk=file_id).update(state="read", text=words, marks=marks)
    address, picture = f"/compliance/check/files/{file_id}/", f"/compliance/check/files/{file_id}/picture/"
    before = client_of(marketer).get(address).content.decode()
    assert picture in before and "GUA-02" in before

    actions.drop_old_pictures(now=now + timedelta(days=91))

    after = client_of(marketer).get(address).content.decode()
    assert picture not in after and '<svg class="picture-checked' not in after
    assert "90 天" in after and "GUA-02" in after and words.partition(",")[0] in after


def test_a_picture_that_nobody_read_in_its_time_stays_unchecked(db, marketer, now, client_of):
    file_id = give(one_pixel(), marketer, now)
    actions.drop_old_pictures(now=now + timedelta(days=91))
    page = client_of(marketer).get(f"/compliance/check/files/{file_id}/").content.decode()
    assert "没有审查" in page and "every 1s" not in page and "/picture/" not in page


def test_another_branch_sees_neither_the_file_nor_the_picture(db, marketer, stranger, now, client_of):
    file_id = give(one_pixel(), marketer, now)
    client = client_of(stranger)
    for page in ("", "progress/", "picture/"):
        assert client.get(f"/compliance/check/files/{file_id}/{page}").status_code == 404


# Scripts ---------------------------------------------------------------------------------------------

SRT = """1
00:00:01,000 --> 00:00:03,500
大家好，<i>今天聊聊</i>

2
00:00:03,500 --> 00:00:06,000
这款产品保

3
00:00:06,000 --> 00:00:08,250
本又稳赚。
"""
VTT = "WEBVTT\n\nNOTE nobody says this\n\n00:01.000 --> 00:02.000 align:start\n稳赚不赔\n"
ASS = "[Events]\nDialogue: 0,0:00:05.00,0:00:07.50,Default,,0,0,0,,{\\an8}稳赚,\\N不赔\n"


def test_reads_a_sentence_that_runs_over_titles_and_says_when_it_is_said(db, marketer, now):
    file_id = give(SRT.encode("gb18030"), marketer, now, name="口播.SRT", channel="douyin")
    file = queries.checked_file(file_id, marketer)
    placed = {one.finding.rule: one for one in queries.placed_findings(file, on=local_date(now))}
    assert file.text == "大家好，今天聊聊这款产品保本又稳赚。"
    assert placed["GUA-01"].minute == "0:03"
    assert read_script(SRT.encode(), "a.srt").seconds == 8.25


@pytest.mark.parametrize(
    ("content", "name", "start", "text"),
    [(VTT, "a.vtt", 1.0, "稳赚不赔"), (ASS, "a.ass", 5.0, "稳赚,不赔")],
)
def test_reads_the_other_forms_of_subtitles(content, name, start, text):
    script = read_script(content.encode("utf-8-sig"), name)
    assert script.text == text
    assert script.time_of(0) == start


def test_a_script_without_times_is_one_text():
    script = read_script("第一幕\r\n稳赚不赔".encode("utf-16"), "脚本.txt")
    assert script.text == "第一幕\n稳赚不赔"
    assert script.seconds is None
    assert script.time_of(3) is None


@pytest.mark.parametrize(
    ("content", "name"), [(b"\0\1\2", "a.srt"), (b"\xff\xff\xff", "a.txt"), (b" ", "a.vtt")]
)
def test_refuses_what_is_no_script(content, name):
    with pytest.raises(NotSubtitles):
        read_script(content, name)


def test_refuses_a_script_that_is_too_long():
    with pytest.raises(ScriptTooLong):
        read_script(b"a" * (1024 * 1024 + 1), "a.txt")
