"""Texts as numbers and topics as directions among them: pure functions of workers and commands, without a database."""
