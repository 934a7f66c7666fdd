"""Customers' own pages about their benefits, below /my/benefits/."""

from django.urls import path

from huiqun.benefits.views import phone, phone_points

app_name = "my_benefits"

urlpatterns = [
    path("", phone.my_benefits, name="my_benefits"),
    path("points/", phone_points.my_points, name="my_points"),
    path("piece/<int:claim_id>/", phone.my_piece, name="my_piece"),
    path("piece/<int:claim_id>/accept/", phone.my_accept, name="my_accept"),
    path("piece/<int:claim_id>/return/", phone.my_return, name="my_return"),
    path("piece/<int:claim_id>/pass-on/", phone.my_pass_on, name="my_pass_on"),
    path("piece/<int:claim_id>/appeal/", phone.my_appeal, name="my_appeal"),
    path("offer/<int:benefit_id>/", phone.my_offer, name="my_offer"),
    path("offer/<int:benefit_id>/claim/", phone.my_claim, name="my_claim"),
    path("picture/<slug:picture>.jpg", phone.my_picture, name="my_picture"),
]
