"""Staff doors: blocks of copy that campaigns share."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.campaigns import actions
from huiqun.campaigns.models.blocks import Block, BlockKind
from huiqun.campaigns.queries.blocks import block_list, campaigns_using, usable_block
from huiqun.campaigns.queries.preview import block_preview
from huiqun.campaigns.rules import COPY_VARIABLES
from huiqun.campaigns.views.roles import READERS
from huiqun.campaigns.words import COPY_WORDS, State
from huiqun.compliance import queries as compliance
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import NotFound, Refusal


class BlockForm(forms.Form):
    key = forms.CharField(
        label=gettext_lazy("Key of the block"),
        max_length=30,
        help_text=gettext_lazy("Small letters, digits, underscores. Copy names the block by it; it stays."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=BlockKind.choices)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 8})
    )


@require_GET
@staff_door(*READERS)
def block_list_page(request: StaffRequest) -> HttpResponse:
    page = keyset_page(block_list(request.staff), request.GET, order=("key", "id"))
    context = {
        "page": page,
        "blocks": [(block, len(campaigns_using(block.key))) for block in page.rows],
        "may_edit": request.staff.has_role(Role.MARKETER),
    }
    return render(request, "campaigns/block_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def block_new(request: StaffRequest) -> HttpResponse:
    form = BlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            block_id = actions.create_block(**form.cleaned_data, by=request.staff, now=request.now)
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            return redirect("campaigns:block_page", block_id)
    return _form(request, form, None)


@require_GET
@staff_door(*READERS)
def block_page(request: StaffRequest, block_id: int) -> HttpResponse:
    """Its words, what the rulebook says of them, its versions, and who uses it."""
    block = usable_block(block_id, request.staff)
    seen = campaigns_using(block.key)
    visible = {
        c.pk for c in seen if request.staff.branch and c.branch.path.startswith(request.staff.branch.path)
    }
    on = local_date(request.now)
    context = {
        "shared": block,
        "preview": block_preview(block.text, branch=block.branch, staff=request.staff),
        "findings": _findings(block.text, on),
        "versions": block.versions.select_related("by")[:20],
        "campaigns": [campaign for campaign in seen if campaign.pk in visible],
        "elsewhere": len(seen) - len(visible),
        "may_edit": _may_edit(request, block),
    }
    return render(request, "campaigns/block.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def block_edit(request: StaffRequest, block_id: int) -> HttpResponse:
    block = usable_block(block_id, request.staff)
    if not _may_edit(request, block):
        raise NotFound
    initial = {"key": block.key, "name": block.name, "kind": block.kind, "text": block.text}
    form = BlockForm(request.POST or None, initial=initial)
    form.fields["key"].disabled = True
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "kind", "text")}
        try:
            ended = actions.edit_block(
                block_id=block_id,
                version=whole(request.POST.get("version", "")),
                withdraws="withdraws" in request.POST,
                **values,
                by=request.staff,
                now=request.now,
            )
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _told(len(ended)))
            return redirect("campaigns:block_page", block_id)
    return _form(request, form, block)


def _findings(text: str, on: date) -> list[compliance.Finding]:
    """What is said; what is missing is for the copy around it to say."""
    found = compliance.check_copy(text=text, channel="h5", product_kind="brand", product_risk=None, on=on)
    return [each for each in found if each.start is not None]


def _told(count: int) -> str:
    if not count:
        return _("Saved. No review or approval had to end.")
    return ngettext(
        "Saved. The review or approval of %(count)s campaign has ended; it must be submitted again.",
        "Saved. The reviews or approvals of %(count)s campaigns have ended; they must be submitted again.",
        count,
    ) % {"count": count}


def _may_edit(request: StaffRequest, block: Block) -> bool:
    """Those of the block's branch or above it."""
    branch = request.staff.branch
    return (
        request.staff.has_role(Role.MARKETER)
        and branch is not None
        and block.branch.path.startswith(branch.path)
    )


def _form(request: StaffRequest, form: BlockForm, block: Block | None) -> HttpResponse:
    using = campaigns_using(block.key) if block else []
    context = {
        "form": form,
        "shared": block,
        "variables": [{"name": name, "label": COPY_WORDS[name]} for name in COPY_VARIABLES],
        "reviewed": sum(each.state in (State.IN_REVIEW, State.APPROVED) for each in using),
        "under_way": sum(each.state in (State.RUNNING, State.PAUSED) for each in using),
    }
    return render(request, "campaigns/block_form.html", context, status=422 if form.errors else 200)


@require_POST
@staff_door(Role.MARKETER)
def block_preview_part(request: StaffRequest) -> HttpResponse:
    """What stands in the form, filled in; nothing is stored."""
    branch = request.staff.branch
    if branch is None:
        raise NotFound
    words = block_preview(request.POST.get("text", ""), branch=branch, staff=request.staff)
    return render(request, "campaigns/_preview.html", {"words": words, "channel": "h5"})
