"""Customers' own pages of quests, draws and games, below ``/my/benefits/``."""

from django.urls import path

from huiqun.benefits.views import my_plays

urlpatterns = [
    path("unlock/", my_plays.my_unlock, name="my_unlock"),
    path("quests/", my_plays.my_quests, name="my_quests"),
    path("quests/<int:quest_id>/", my_plays.my_quest, name="my_quest"),
    path("quests/<int:quest_id>/join/", my_plays.my_quest_join, name="my_quest_join"),
    path("quests/<int:quest_id>/check-in/", my_plays.my_check_in, name="my_check_in"),
    path("quests/<int:quest_id>/look/", my_plays.my_quest_look, name="my_quest_look"),
    path("quests/prices/<int:price_id>/", my_plays.my_exchange, name="my_exchange"),
    path("draws/", my_plays.my_draws, name="my_draws"),
    path("draws/<int:draw_id>/", my_plays.my_draw, name="my_draw"),
    path("draws/<int:draw_id>/today/", my_plays.my_draw_today, name="my_draw_today"),
    path("draws/tickets/<int:ticket_id>/", my_plays.my_ticket, name="my_ticket_page"),
    path("draws/tickets/<int:ticket_id>/draw/", my_plays.my_ticket_draw, name="my_ticket_draw"),
    path("games/", my_plays.my_games, name="my_games"),
    path("games/<int:game_id>/", my_plays.my_game, name="my_game"),
    path("games/questions/<int:question_id>/", my_plays.my_answer, name="my_answer"),
]
