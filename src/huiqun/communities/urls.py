from django.urls import path

from huiqun.communities.views import staff_cases, staff_groups, staff_posts

app_name = "communities"

urlpatterns = [
    path("", staff_groups.group_list, name="group_list"),
    path("new/", staff_groups.group_new, name="group_new"),
    path("cases/", staff_cases.case_list, name="case_list"),
    path("cases/<int:moderation_id>/", staff_cases.case_page, name="case_page"),
    path("cases/<int:moderation_id>/decide/", staff_cases.case_decide, name="case_decide"),
    path("cases/<int:moderation_id>/appeal/", staff_cases.case_appeal, name="case_appeal"),
    path("<int:group_id>/", staff_groups.group_page, name="group_page"),
    path("<int:group_id>/edit/", staff_groups.group_edit, name="group_edit"),
    path("<int:group_id>/close/", staff_groups.group_close, name="group_close"),
    path("<int:group_id>/link/", staff_groups.group_link, name="group_link"),
    path("<int:group_id>/team/", staff_groups.group_team, name="group_team"),
    path("<int:group_id>/members/", staff_groups.member_list, name="member_list"),
    path("<int:group_id>/invite/", staff_groups.group_invite, name="group_invite"),
    path("<int:group_id>/posts/", staff_posts.post_list, name="post_list"),
    path("<int:group_id>/speak/", staff_posts.speak, name="speak"),
    path("<int:group_id>/material/", staff_posts.material, name="material"),
    path("posts/<int:placement_id>/", staff_posts.post_page, name="post_page"),
    path("posts/<int:placement_id>/reply/", staff_posts.reply, name="reply"),
    path("posts/<int:placement_id>/pin/", staff_posts.pin, name="pin"),
    path("posts/<int:placement_id>/withdraw/", staff_posts.withdraw, name="withdraw"),
    path("pictures/<int:picture_id>/", staff_posts.picture, name="picture"),
]
