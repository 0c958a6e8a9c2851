"""How the parts are put together: settings, addresses, the API's root, the server's door.

Knows every app and holds no rule. Promises that each environment variable is read once, here.
Must never know what a case or a message is.
"""
