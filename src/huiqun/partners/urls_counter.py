"""How partners' clerks come to the counter; what is done there belongs to benefits."""

from django.urls import path

from huiqun.partners.views import counter

urlpatterns = [
    path("sign-in/", counter.counter_sign_in, name="counter_sign_in"),
    path("sign-out/", counter.counter_sign_out, name="counter_sign_out"),
    path("password/", counter.counter_password, name="counter_password"),
]
