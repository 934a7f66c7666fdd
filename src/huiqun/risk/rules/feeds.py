"""What is unusual in the data that the bank delivers. The limits are the bank's own wish to look, no reporting duty."""

LARGE_FEN = 50_000_000
"""In one day, in all; a setting (HUIQUN_LARGE_TRANSFER_FEN) may say otherwise."""
MOVES = ("deposit_in", "deposit_out", "transfer_in", "transfer_out", "cash_in", "cash_out")
OPENED = "account_opened"
OPENINGS_LEAST = 20
OPENINGS_DAYS = 60
LOOKED_BACK_DAYS = 3
"""Files come late: each night looks at the last three days once more; a case is raised once all the same."""
MOST_CASES = 200
"""A day and kind, the largest first: a wrong file must not bury the desk."""
CASE_HOURS = 48
