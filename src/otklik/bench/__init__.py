"""How fast it is: a big database of its own, real servers, real HTTP and SMTP.

Knows the tables as they are, since loading by actions would take hours. Promises that what it prints was measured
in this very run. Must never touch a database that anybody uses.
"""
