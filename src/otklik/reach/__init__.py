"""How people reach us and how our words leave: inboxes, conversations, messages, the outbox and its gate.

Promises that nothing that arrives is lost or doubled, and that no word leaves except through the gate.
Must never know what a case is: it announces ``MessageReceived`` and others act.
"""
