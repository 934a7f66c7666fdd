"""Forms of the administrator's pages."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.workforce import queries

USERNAME = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
    _("Use letters, digits, dots, hyphens and underscores, for instance zhang.wei."),
)
CODE = RegexValidator(r"^[A-Za-z0-9_-]+$", _("Use letters, digits, hyphens and underscores."))
PHONE = RegexValidator(
    r"^\+?[0-9 -]{5,20}$", _("Write digits, with hyphens or spaces between them if you like.")
)


class TreeSelect(forms.Select):
    """A select whose options know how deep in the branch tree they are; scripts make a tree of it."""

    depths: dict[int, int]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value).isdecimal():
            option["attrs"]["data-depth"] = self.depths.get(int(value), 0)
        return option


class BranchChoice(forms.TypedChoiceField):
    """One of the branches that the person sees."""

    widget = TreeSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, widget=TreeSelect(attrs={"data-tree-select": True}), **kwargs)

    def offer(self, staff: Staff, *, without: str = "", keep: int | None = None) -> None:
        """Offer open branches, but none below the path ``without``; ``keep`` is offered though closed."""
        rows = [
            row
            for row in queries.branch_tree(staff=staff)
            if (row.is_open or row.id == keep) and not (without and row.path.startswith(without))
        ]
        self.widget.depths = {row.id: row.depth for row in rows}
        self.choices = [(row.id, row.name) for row in rows]


class BranchForm(forms.Form):
    parent = BranchChoice(label=_("Belongs to"))
    name = forms.CharField(label=_("Name"), max_length=100)
    code = forms.CharField(
        label=pgettext_lazy("branch", "Code"),
        max_length=20,
        validators=[CODE],
        help_text=_("As in the bank's core system; it stays for good."),
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(staff)  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)


class MoveForm(forms.Form):
    parent = BranchChoice(label=_("Move below"))

    def __init__(self, *args: Any, staff: Staff, without: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(staff, without=without)  # type: ignore[attr-defined]


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Administrators and auditors hold no other role. Who writes campaigns or posts does not review them."
        ),
    )

    def __init__(self, *args: Any, headed: bool = False, **kwargs: Any) -> None:
        """``headed``: the page says "Roles" above the boxes already."""
        super().__init__(*args, **kwargs)
        if headed:
            self.fields["roles"].label = ""


class ProfileForm(forms.Form):
    full_name = forms.CharField(label=_("Full name"), max_length=60)
    branch = BranchChoice(label=_("Branch"))
    email = forms.EmailField(label=pgettext_lazy("address", "E-mail"), required=False)
    phone = forms.CharField(label=_("Work phone"), max_length=20, required=False, validators=[PHONE])

    def __init__(self, *args: Any, staff: Staff, keep: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].offer(staff, keep=keep)  # type: ignore[attr-defined]


class StaffForm(ProfileForm, RolesForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=[USERNAME],
        help_text=_("For signing in; it stays for good."),
    )
    field_order = ("username", "full_name", "branch", "email", "phone", "roles")
