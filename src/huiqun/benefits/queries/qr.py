"""A code as a QR picture that is part of the page: no script, no request, prints well."""

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe


def qr_of(code: str, partner_code: str = "") -> SafeString:
    """The partner's own code as it is; ours as the address of the counter's page, for any phone that scans it."""
    text = partner_code or f"{settings.HUIQUN_PUBLIC_URL.rstrip('/')}/counter/use/{code}/"
    drawn = segno.make(text, error="m").svg_inline(
        scale=5, border=2, omitsize=False, svgclass="qr", lineclass=None
    )
    return mark_safe(drawn)  # drawn from modules: nothing of the text is in it
