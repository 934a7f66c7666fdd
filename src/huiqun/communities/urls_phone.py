from django.urls import URLPattern

app_name = "my_communities"
urlpatterns: list[URLPattern] = []
