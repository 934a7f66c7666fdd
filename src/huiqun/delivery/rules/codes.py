"""How long one-time codes hold and how often they may be asked for."""

from huiqun.lib.words import gettext_noop as _

CODE_SECONDS = 300
VISIT_SECONDS = 900
LONGEST_VISIT_SECONDS = 12 * 3600
"""A visit ends a quarter of an hour after the last page, and after half a day in any case."""
REST_SECONDS = 60
PER_DAY = 5
TRIES = 5
"""Five guesses at each of five codes: one chance in forty thousand a day."""

TOO_SOON = _("a minute")
TOMORROW = _("until tomorrow")
