from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "otklik.voice"
    label = "voice"
