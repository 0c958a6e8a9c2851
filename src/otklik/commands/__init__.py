"""What the command line does, one module a command, each with ``run(args)``.

Knows how the parts are started, fed and looked after. Promises one clear sentence when something
is wrong. Must never hold a rule of the service: it calls actions, like every other face.
"""
