"""``/files/``: kept files by signed address."""

from django.urls import path

from otklik.foundation import views

app_name = "foundation"
urlpatterns = [path("files/<str:token>/<str:name>", views.file, name="file")]
