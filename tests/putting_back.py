"""What a test committed is put back, table by table: a new database costs half a second and more, this a tenth.

PostgreSQL counts rows that are written, by table, and tells them once its connections have ended. Tables that were
written are emptied and get the rows that migrations had made. Where there is more to it (objects made, changed, or a
table emptied at once; very many rows) a new database is made after all.
"""

from dataclasses import dataclass, field

from psycopg import Connection, sql

MOST_ROWS = 20_000
"""Written by one test, dead ones of others among them: beyond it, a new database is quicker."""
_TIDY_FROM = 500
"""Dead rows of a table: more of them make the next test slow."""

_END_OTHERS = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_SHAPE = """
SELECT md5(string_agg(concat(c.oid, c.relfilenode, c.relchecks, c.relhastriggers), ',' ORDER BY c.oid))
       || (SELECT concat(count(*), max(xmin::text::bigint)) FROM pg_trigger)
       || (SELECT concat(count(*), max(xmin::text::bigint)) FROM pg_attribute WHERE attrelid >= 16384)
       || (SELECT concat(count(*), max(xmin::text::bigint)) FROM pg_proc WHERE oid >= 16384)
FROM pg_class AS c WHERE c.oid >= 16384 AND c.relpersistence <> 't'
"""
_WRITTEN = """
SELECT schemaname, relname, n_tup_ins + n_tup_upd + n_tup_del, n_dead_tup FROM pg_stat_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""
type Name = tuple[str, str]


@dataclass
class Rows:
    """The rows that migrations made, and the shape of the database."""

    shape: str = ""
    kept: dict[Name, bytes] = field(default_factory=dict)

    def learn(self, fresh: Connection) -> None:
        """From a database as it was made."""
        self.shape = _shape(fresh)
        if not self.kept:
            names = fresh.execute("SELECT schemaname, relname FROM pg_stat_user_tables").fetchall()
            self.kept = {name: _copy_out(fresh, name) for name in names if _has_rows(fresh, name)}
        fresh.execute("SELECT pg_stat_reset()")

    def put_back(self, used: Connection) -> bool:
        """Whether all is as it was; if not, a new database is needed. ``used`` commits by itself."""
        used.execute(_END_OTHERS)
        written = used.execute(_WRITTEN).fetchall()
        if _shape(used) != self.shape or sum(rows for *_name, rows, _dead in written) > MOST_ROWS:
            return False
        names = [(space, table) for space, table, _rows, _dead in written]
        with used.transaction():
            used.execute("SET LOCAL session_replication_role = replica")  # no reference is checked, no trigger runs
            for name in names:
                used.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(*name)))
            for name in names:
                if name in self.kept:
                    _copy_in(used, name, self.kept[name])
        used.execute("SELECT pg_stat_force_next_flush()")
        if untidy := [(space, table) for space, table, _rows, dead in written if dead > _TIDY_FROM]:
            used.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(sql.Identifier(*one) for one in untidy)))
        used.execute("SELECT pg_stat_reset()")
        return True


def _shape(asked: Connection) -> str:
    row = asked.execute(_SHAPE).fetchone()
    assert row
    return str(row[0])


def _has_rows(asked: Connection, name: Name) -> bool:
    return asked.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(*name))).fetchone() is not None


def _copy_out(asked: Connection, name: Name) -> bytes:
    with asked.cursor().copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(*name))) as rows:
        return b"".join(rows)


def _copy_in(asked: Connection, name: Name, rows: bytes) -> None:
    with asked.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(*name))) as taken:
        taken.write(rows)
