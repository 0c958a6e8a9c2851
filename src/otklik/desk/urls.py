from django.urls import include, path

app_name = "desk"
urlpatterns = [
    path("", include("otklik.desk.urls_settings")),
]
