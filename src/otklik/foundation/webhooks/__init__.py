"""Telling programs elsewhere what happened: signed, retried for a day, never to an address inside the house."""
