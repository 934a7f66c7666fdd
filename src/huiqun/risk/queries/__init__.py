"""What risk tells."""

from huiqun.risk.queries.back_tests import back_test, points_sql
from huiqun.risk.queries.cards import in_force, scorecard, scorecards
from huiqun.risk.queries.traffic import news_mark, watched

__all__ = ["back_test", "in_force", "news_mark", "points_sql", "scorecard", "scorecards", "watched"]
