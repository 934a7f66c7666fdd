"""Quests, draws, games and conditions for staff."""

from django.urls import path

from huiqun.benefits.views import conditions, draws, games, quests

urlpatterns = [
    path("<int:benefit_id>/conditions/", conditions.benefit_conditions, name="benefit_conditions"),
    path("draws/", draws.draw_list, name="draw_list"),
    path("draws/new/", draws.draw_new, name="draw_new"),
    path("draws/<int:draw_id>/", draws.draw_page, name="draw_page"),
    path("draws/<int:draw_id>/edit/", draws.draw_edit, name="draw_edit"),
    path("draws/<int:draw_id>/open/", draws.draw_open, name="draw_open"),
    path("draws/<int:shown_draw_id>/proof/", draws.draw_proof, name="draw_proof"),
    path("draws/<int:shown_draw_id>/proof.jsonl", draws.draw_proof_file, name="draw_proof_file"),
    path("quests/", quests.quest_list, name="quest_list"),
    path("quests/new/", quests.quest_new, name="quest_new"),
    path("quests/<int:quest_id>/", quests.quest_page, name="quest_page"),
    path("quests/<int:quest_id>/edit/", quests.quest_edit, name="quest_edit"),
    path("quests/<int:quest_id>/open/", quests.quest_open, name="quest_open"),
    path("games/", games.game_list, name="game_list"),
    path("games/new/", games.game_new, name="game_new"),
    path("games/<int:game_id>/", games.game_page, name="game_page"),
    path("games/<int:game_id>/edit/", games.game_edit, name="game_edit"),
    path("games/<int:game_id>/open/", games.game_open, name="game_open"),
    path("games/questions/<int:question_id>/result/", games.result_enter, name="result_enter"),
    path("games/questions/<int:question_id>/confirm/", games.result_confirm, name="result_confirm"),
]
