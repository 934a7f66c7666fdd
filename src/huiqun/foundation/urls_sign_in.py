"""Sign-in: allauth's routes, with our own in front of those that have no place in a bank."""

from django.urls import include, path

from huiqun.foundation.views.sign_in import ask_your_administrator

urlpatterns = [
    # Accounts are made by administrators, and nobody proves who they are by e-mail.
    path("signup/", ask_your_administrator, name="account_signup_closed"),
    path("email/", ask_your_administrator, name="account_email_closed"),
    path("password/reset/", ask_your_administrator, name="account_password_forgotten"),
    path("", include("allauth.urls")),
]
