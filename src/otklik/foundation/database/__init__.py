"""PostgreSQL: the server itself, connections, transactions, and statements that are made once."""
