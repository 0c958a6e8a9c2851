"""A browser of a logged-in agent."""

from django.test import Client

from otklik.team.models import Agent
from tests.building import make_agent


def desk(agent: Agent | None = None) -> Client:
    """Anna's browser, or somebody else's."""
    client = Client()
    client.force_login(agent or make_agent())
    return client
