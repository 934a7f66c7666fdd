"""What feedback hears of: whoever took part in an activity may be asked how it was."""

from huiqun.foundation import facts

facts.subscribe("communities.ActivityAttended", "feedback.ask_after_activity")
