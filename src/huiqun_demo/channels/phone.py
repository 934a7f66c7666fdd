"""The phone page: what customers received, with links that can be followed."""

import os
import re
from datetime import datetime
from html import escape
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from huiqun_demo.channels.store import LINK, Arrived, Store

CSS = """
body{margin:0;background:#f0f2f5;color:#1f1f1f;font:15px/1.6 "PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
header{background:#1d39c4;color:#fff;padding:12px 16px}header a{color:#fff}
.note{background:#fffbe6;border-bottom:1px solid #ffe58f;padding:6px 16px;font-size:13px}
main{max-width:760px;margin:0 auto;padding:16px}
form.find{display:flex;gap:8px;margin-bottom:16px}
input{flex:1;padding:8px 10px;border:1px solid #d9d9d9;border-radius:6px;font:inherit;min-width:0}
button{padding:8px 14px;border:1px solid #d9d9d9;border-radius:6px;background:#fff;font:inherit;cursor:pointer}
article{background:#fff;border-radius:10px;padding:12px 16px;margin-bottom:12px;box-shadow:0 1px 2px rgba(0,0,0,.08);overflow-wrap:anywhere}
article h2{font-size:15px;margin:0 0 4px}article p{margin:4px 0;white-space:pre-wrap}
.meta{color:#595959;font-size:13px;display:flex;gap:12px;flex-wrap:wrap}
.actions{display:flex;gap:8px;margin-top:8px}
"""


def query(to: str) -> str:
    return urlencode({"to": to})


def page(store: Store, *, to: str, text: str) -> str:
    messages = store.of(to) if to else store.find(text) if text else store.latest()
    numbers = store.numbers()
    shown = "".join(_message(message, alone=bool(to)) for message in messages)
    empty = "<p>还没有收到消息。活动开始发送后，请刷新本页。</p>" if not messages else ""
    home = _home(to) if to.isdecimal() else ""
    title = f"{escape(to)} 的手机" if to else "客户的手机（演示）"
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="refresh" content="10"><link rel="stylesheet" href="/phone.css"></head><body>'
        f'<header><strong>{title}</strong> · <a href="/">全部</a> · 共 {numbers["messages"]} 条，{numbers["people"]} 人</header>'
        '<div class="note">演示环境：号码、邮箱与人物均为虚构，消息不会离开本机。</div><main>'
        f'{home}<form class="find"><input name="q" value="{escape(text)}" placeholder="手机号、邮箱或消息内容" aria-label="查找">'
        f"<button>查找</button></form>{empty}{shown}</main></body></html>"
    )


def _home(number: str) -> str:
    """The customer's own pages; the code to get in arrives here."""
    address = os.environ.get("HUIQUN_PUBLIC_URL", "")
    link = escape(f"{address}/my/sign-in/?{urlencode({'phone': number})}")
    return f'<p><a href="{link}" target="_blank">进入我的主页（社群、权益、服务）</a> · 验证码会发到本页</p>'


def _message(message: Arrived, *, alone: bool) -> str:
    at = datetime.fromisoformat(message.at).astimezone(ZoneInfo("Asia/Shanghai"))
    subject = f"<h2>{escape(message.subject)}</h2>" if message.subject else ""
    who = escape(message.to) if alone else f'<a href="/?{query(message.to)}">{escape(message.to)}</a>'
    kind = {"sms": "短信", "email": "邮件"}.get(message.channel, message.channel)
    return (
        f'<article><div class="meta"><span>{kind}</span><span>{who}</span><span>{at:%m-%d %H:%M:%S}</span></div>'
        f"{subject}<p>{_with_links(message.body)}</p>{_actions(message)}</article>"
    )


def _with_links(body: str) -> str:
    parts, end = [], 0
    for found in re.finditer(LINK, body):
        address = escape(found.group())
        parts.append(escape(body[end : found.start()]))
        parts.append(f'<a href="{address}" rel="noreferrer" target="_blank">{address}</a>')
        end = found.end()
    return "".join(parts) + escape(body[end:])


def _actions(message: Arrived) -> str:
    to, key = escape(message.to), escape(message.key)
    if message.channel == "sms" and message.reply_url:
        return (
            f'<form class="actions" method="post" action="/reply"><input type="hidden" name="to" value="{to}">'
            '<input name="text" value="R" aria-label="回复"><button>回复</button></form>'
        )
    if message.list_unsubscribe:
        return (
            f'<form class="actions" method="post" action="/unsubscribe"><input type="hidden" name="to" value="{to}">'
            f'<input type="hidden" name="key" value="{key}"><button>一键退订</button></form>'
        )
    return ""
