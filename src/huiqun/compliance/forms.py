"""What a door was sent to be checked, read and checked for form; what it breaks is the rulebook's matter."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS, RISK_LEVELS
from huiqun.compliance.rulebook.rule import Rule
from huiqun.compliance.rules.readable import check_readable
from huiqun.foundation.http import sentence_of
from huiqun.lib.refusal import Refusal

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
DAY_RANGE = _("Choose a day between the years 2000 and 2099.")


class JudgedAsForm(forms.Form):
    """As what something is to be judged: where it appears and what it sells."""

    channel = forms.ChoiceField(label=_("Channel"))
    product_kind = forms.ChoiceField(label=_("Product kind"))
    product_risk = forms.TypedChoiceField(
        label=_("Product risk level"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(str(level), f"R{level}") for level in RISK_LEVELS]
        self.offer_choices("channel", CHANNELS)
        self.offer_choices("product_kind", PRODUCT_KINDS)
        self.fields["product_risk"].choices = [("", gettext("None")), *levels]  # type: ignore[attr-defined]

    def offer_choices(
        self, name: str, labels: Mapping[str, str], only: Collection[str] | None = None
    ) -> None:
        """Labels in the reader's language; all of them, or ``only`` those."""
        chosen = {code: label for code, label in labels.items() if only is None or code in only}
        self.fields[name].choices = [(code, gettext(label)) for code, label in chosen.items()]  # type: ignore[attr-defined]


class TextArea(forms.Textarea):
    """Cuts nothing off what is pasted: a text that is too long is refused in words."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class CopyForm(JudgedAsForm):
    """A copy and what it is to be judged as."""

    on = forms.DateField(
        label=_("Judged by the law of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
        validators=[MinValueValidator(FIRST_DAY, DAY_RANGE), MaxValueValidator(LAST_DAY, DAY_RANGE)],
    )
    text = forms.CharField(
        label=_("Text to check"),
        help_text=_("Paste any draft. Nothing is stored."),
        strip=False,
        widget=TextArea(attrs={"rows": 10, "data-copy-part": True, "spellcheck": "false"}),
        error_messages={"required": _("There is no text to check.")},
    )

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        try:
            check_readable(text)
        except Refusal as refusal:
            raise forms.ValidationError(sentence_of(refusal)) from None
        return str(text)


class TryForm(CopyForm):
    """A text for one rule: only what the rule speaks about may be chosen."""

    field_order = ("text", "channel", "product_kind", "product_risk", "on")

    def __init__(self, rule: Rule, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_choices("channel", CHANNELS, rule.channels)
        self.offer_choices("product_kind", PRODUCT_KINDS, rule.kinds)
        self.fields["text"].widget.attrs = {"rows": 4, "spellcheck": "false"}
        self.fields["text"].label = _("Text to try")


class FileForm(JudgedAsForm):
    """A picture or script and what it is to be judged as."""

    file = forms.FileField(label=_("Poster, screenshot, subtitles or script"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"channel": "poster"}, **kwargs)
