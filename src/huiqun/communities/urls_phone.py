"""Customers' own pages of their groups."""

from django.urls import path

from huiqun.communities.views import phone, phone_posts

app_name = "my_communities"

urlpatterns = [
    path("", phone.home, name="home"),
    path("search/", phone.search_page, name="search"),
    path("notes/", phone.notes, name="notes"),
    path("mine/", phone.mine, name="mine"),
    path("away/", phone.away, name="away"),
    path("live/", phone.live, name="live"),
    path("topics/", phone.topic, name="topic"),
    path("join/<str:token>/", phone.join, name="join"),
    path("join/<str:token>/decline/", phone.decline, name="decline"),
    path("<int:group_id>/", phone_posts.feed_page, name="feed"),
    path("<int:group_id>/about/", phone.about, name="about"),
    path("<int:group_id>/leave/", phone.leave, name="leave"),
    path("<int:group_id>/write/", phone_posts.write, name="write"),
    path("posts/<int:placement_id>/", phone_posts.post, name="post"),
    path("posts/<int:placement_id>/comment/", phone_posts.comment, name="comment"),
    path("posts/<int:placement_id>/react/", phone_posts.react, name="react"),
    path("posts/<int:placement_id>/vote/", phone_posts.vote, name="vote"),
    path("posts/<int:placement_id>/guess/", phone_posts.guess, name="guess"),
    path("posts/<int:placement_id>/report/", phone_posts.report, name="report"),
    path("posts/<int:placement_id>/withdraw/", phone_posts.withdraw, name="withdraw"),
    path("comments/<int:comment_id>/withdraw/", phone_posts.withdraw_comment, name="withdraw_comment"),
    path("pictures/<int:picture_id>/", phone_posts.picture, name="picture"),
    path("cases/<int:moderation_id>/appeal/", phone.appeal, name="appeal"),
]
