"""What administrators type in about webhooks and sources."""

from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.webhooks.endpoints import kinds_to_tell
from huiqun.foundation.webhooks.inbox import kinds_to_hear


class _Form(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the other system"), max_length=80)
    branch = forms.ModelChoiceField(label=gettext_lazy("Branch"), queryset=Branch.objects.none())
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds"), widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"})
    )

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = Branch.objects.visible_to(staff)  # type: ignore[attr-defined]
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]
            (kind, _(words)) for kind, words in self.known().items()
        ]

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The kinds' boxes by whose they are."""
        found: dict[str, list[Any]] = {}
        for box in self["kinds"]:
            found.setdefault(self.owner(str(box.data["value"])), []).append(box)
        return list(found.items())

    @staticmethod
    def owner(kind: str) -> str:
        return ""

    @staticmethod
    def known() -> dict[str, str]:
        raise NotImplementedError


class EndpointForm(_Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=300,
        help_text=gettext_lazy("https://… on a public host, or a host that the settings name."),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    field_order = ("name", "url", "branch", "kinds")

    @staticmethod
    def owner(kind: str) -> str:
        """The domain in words."""
        return str(apps.get_app_config(kind.partition(".")[0]).verbose_name)

    @staticmethod
    def known() -> dict[str, str]:
        return kinds_to_tell()


class SourceForm(_Form):
    per_minute = forms.IntegerField(
        label=gettext_lazy("Messages a minute"), min_value=1, max_value=6_000, initial=600
    )
    enabled = forms.BooleanField(label=gettext_lazy("Is heard"), required=False, initial=True)
    field_order = ("name", "branch", "per_minute", "enabled", "kinds")

    @staticmethod
    def known() -> dict[str, str]:
        return kinds_to_hear()
