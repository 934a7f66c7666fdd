"""What an administrator types about a channel account."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiqun.delivery.channels import registry
from huiqun.delivery.models import ChannelAccount
from huiqun.delivery.models.accounts import ON_DOUBT_CHOICES
from huiqun.delivery.rules.doubt import SOFT_BOUNCE_DAYS, SOFT_BOUNCES, OnDoubt
from huiqun.foundation.models import Branch, Staff

FIELDS: dict[str, tuple[Any, Any]] = {
    "url": (_("Gateway address"), _("Where messages are posted, with https:// outside this machine.")),
    "account": (_("Account at the gateway"), ""),
    "signature": (
        _("Registered signature"),
        _("As registered with the operators, with its brackets."),
    ),
    "receipt_url": (_("Address for receipts"), _("Leave empty to use this platform's own address.")),
    "reply_url": (_("Address for replies"), _("Leave empty to use this platform's own address.")),
    "host": (_("Mail server"), ""),
    "port": (_("Port"), ""),
    "sender": (_("Sender address"), ""),
    "sender_name": (_("Sender name"), ""),
    "user": (_("User name"), _("Leave empty when the server asks for none.")),
    "security": (_("Encryption"), ""),
}
QUOTAS: dict[str, tuple[Any, Any]] = {
    "day_limit": (_("Messages a day at most"), _("What the operator allows the account. Empty: no limit.")),
    "person_month_limit": (
        _("Messages to one person a month at most"),
        _("What the platform allows, by calendar month. Empty: no limit."),
    ),
}
SECURITY = (("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("None (this machine only)")))


class PaceForm(forms.Form):
    """How fast a run may go."""

    per_second = forms.IntegerField(min_value=1, max_value=100_000, required=False)


class AccountForm(forms.Form):
    """Fields follow the account's protocol. The secret is written, never shown."""

    name = forms.CharField(label=_("Name"), max_length=80)
    branch = forms.ModelChoiceField(
        label=_("Branch"),
        queryset=Branch.objects.none(),
        empty_label=None,
        help_text=_("This branch and those below it may send through the account."),
    )
    rate_per_second = forms.IntegerField(
        label=_("Messages per second"), min_value=1, max_value=100_000, initial=50
    )

    def __init__(
        self, data: Any = None, *, staff: Staff, driver: str, account: ChannelAccount | None = None
    ) -> None:
        super().__init__(data, initial=_initial(account) if account else None)
        branches = self.fields["branch"]
        assert isinstance(branches, forms.ModelChoiceField)
        branches.queryset = Branch.objects.visible_to(staff).order_by("path")
        for key, (label, help_text) in QUOTAS.items():
            self.fields[f"config_{key}"] = forms.IntegerField(
                label=label, help_text=help_text, required=False, min_value=1, max_value=2_000_000_000
            )
        self._config = [*QUOTAS, *registry.DRIVERS[driver].required, *registry.DRIVERS[driver].optional]
        for key in self._config[len(QUOTAS) :]:
            self.fields[f"config_{key}"] = _config_field(
                key, required=key in registry.DRIVERS[driver].required
            )
        self.fields["secret"] = forms.CharField(
            label=_("Secret"),
            required=registry.DRIVERS[driver].needs_secret and not (account and account.secret),
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=_("Stored encrypted and never shown again. Leave empty to keep the present one."),
        )
        self.fields |= _when_things_go_wrong(registry.DRIVERS[driver].idempotent)
        self.fields["enabled"] = forms.BooleanField(label=_("Enabled"), required=False, initial=True)

    def terms(self) -> Mapping[str, Any]:
        """Of a valid form: arguments of save_account."""
        values = self.cleaned_data
        config = {
            key: values[f"config_{key}"] for key in self._config if values[f"config_{key}"] not in ("", None)
        }
        return {
            "name": values["name"].strip(),
            "branch_id": values["branch"].pk,
            "rate_per_second": values["rate_per_second"],
            "enabled": values["enabled"],
            "on_doubt": values.get("on_doubt") or OnDoubt.LOSS,
            "soft_bounces": SOFT_BOUNCES if values["soft_bounces"] is None else values["soft_bounces"],
            "soft_bounce_days": values["soft_bounce_days"] or SOFT_BOUNCE_DAYS,
            "secret": values["secret"] or None,
            "config": config,
        }


def _when_things_go_wrong(idempotent: bool) -> dict[str, forms.Field]:
    """A gateway that honours keys is asked again; only of others the bank must say what it prefers."""
    fields: dict[str, forms.Field] = {
        "soft_bounces": forms.IntegerField(
            label=_("Undelivered messages until a contact is blocked"),
            required=False,
            min_value=0,
            max_value=100,
            initial=SOFT_BOUNCES,
            help_text=_("0 never blocks. Numbers that do not exist are blocked at once."),
        ),
        "soft_bounce_days": forms.IntegerField(
            label=_("Counted within so many days"),
            required=False,
            min_value=1,
            max_value=365,
            initial=SOFT_BOUNCE_DAYS,
        ),
    }
    if not idempotent:
        fields["on_doubt"] = forms.ChoiceField(
            label=_("When an answer is lost for good"),
            choices=ON_DOUBT_CHOICES,
            required=False,
            initial=OnDoubt.LOSS,
            help_text=_(
                "This channel cannot be asked what became of a message. People can decide later, too."
            ),
        )
    return fields


def _config_field(key: str, *, required: bool) -> forms.Field:
    label, help_text = FIELDS.get(key, (key, ""))
    if key == "port":
        return forms.IntegerField(label=label, required=required, min_value=1, max_value=65_535, initial=587)
    if key == "security":
        return forms.ChoiceField(label=label, required=required, choices=SECURITY)
    kind = forms.EmailField if key == "sender" else forms.CharField
    return kind(label=label, required=required, max_length=200, help_text=help_text)


def _initial(account: ChannelAccount) -> dict[str, Any]:
    config = {f"config_{key}": value for key, value in account.config.items()}
    return {
        "name": account.name,
        "branch": account.branch_id,
        "rate_per_second": account.rate_per_second,
        "enabled": account.enabled,
        "on_doubt": account.on_doubt,
        "soft_bounces": account.soft_bounces,
        "soft_bounce_days": account.soft_bounce_days,
        **config,
    }
