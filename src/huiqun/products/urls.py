from django.urls import path

from huiqun.products.views import staff

app_name = "products"

urlpatterns = [
    path("", staff.product_list, name="product_list"),
    path("new/", staff.product_new, name="product_new"),
    path("<int:product_id>/", staff.product_page, name="product_page"),
    path("<int:product_id>/edit/", staff.product_edit, name="product_edit"),
    path("<int:product_id>/withdraw/", staff.product_withdraw, name="product_withdraw"),
]
