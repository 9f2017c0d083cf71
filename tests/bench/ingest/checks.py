# SPDX-License-Identifier: Apache-2.0
"""After every run: nothing lost, nothing doubled, feeds without gaps, counts as counted anew."""


class Lost(Exception):
    """A rate of something that was not done is worth nothing."""


FEEDS = """
SELECT h.scope_id
FROM uptake.feed_head h
LEFT JOIN (SELECT scope_id, sum(cardinality(change_ids)) AS n, max(last_seq) AS last
           FROM uptake.feed_segment GROUP BY scope_id) s USING (scope_id)
WHERE (h.seq, h.seq) IS DISTINCT FROM (coalesce(s.n, 0), coalesce(s.last, 0))
UNION ALL
SELECT scope_id
FROM (SELECT scope_id, first_seq, last_seq, cardinality(change_ids) AS n,
             lag(last_seq, 1, 0::bigint) OVER (PARTITION BY scope_id ORDER BY last_seq) AS before
      FROM uptake.feed_segment) x
WHERE first_seq <> before + 1 OR last_seq - first_seq + 1 <> n
"""

ENTRIES = """
SELECT (SELECT sum(cardinality(scopes)) FROM uptake.change), (SELECT sum(cardinality(change_ids)) FROM uptake.feed_segment)
"""

COUNTS = """
WITH counted AS (
    SELECT s.scope_id, i.kind, i.addressee, coalesce(i.position_taken::text, '') AS position_word,
           coalesce(i.progress::text, '') AS progress_word, coalesce(i.due_on, 'infinity') AS due_on, count(*) AS n
    FROM uptake.item i CROSS JOIN unnest(i.scopes) AS s (scope_id)
    WHERE i.kind IN ('recommendation', 'action') AND NOT i.retracted
    GROUP BY 1, 2, 3, 4, 5, 6
), kept AS (
    SELECT scope_id, kind, addressee, position_word, progress_word, due_on, sum(n)::bigint AS n
    FROM uptake.counted GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
)
(TABLE counted EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE counted)
"""

# The end of each feed, chained anew from the hashes of its changes.
CHAINS = """
WITH last AS (
    SELECT *, row_number() OVER (PARTITION BY scope_id ORDER BY last_seq DESC) AS back,
           lag(chain) OVER (PARTITION BY scope_id ORDER BY last_seq) AS before
    FROM uptake.feed_segment
    WHERE last_seq > (SELECT max(seq) FROM uptake.feed_head h WHERE h.scope_id = feed_segment.scope_id) - 1000
)
SELECT l.scope_id, l.last_seq
FROM last l CROSS JOIN LATERAL (
    SELECT sha256(l.before || string_agg(c.body_sha256, ''::bytea ORDER BY x.at)) AS chain,
           bool_and(sha256(c.body) = c.body_sha256) AS same
    FROM unnest(l.change_ids) WITH ORDINALITY AS x (change_id, at) JOIN uptake.change c USING (change_id)) n
WHERE l.before IS NOT NULL AND (n.chain <> l.chain OR NOT n.same)
"""

REVISIONS = "SELECT sum(revision) FROM uptake.item WHERE kind = 'action'"


class Before:
    """How the register stood before a run; after() holds what came of it against what was acknowledged."""

    def __init__(self, register):
        self.register = register
        self.changes, self.revisions = self.numbers()

    def numbers(self):
        return (self.register.one("SELECT count(*) FROM uptake.change"), self.register.one(REVISIONS))

    def after(self, way, acknowledged):
        changes, revisions = self.numbers()
        if changes - self.changes != acknowledged:
            raise Lost(f"{way}: {acknowledged} acknowledged, {changes - self.changes} changes recorded")
        if revisions - self.revisions != acknowledged:
            raise Lost(f"{way}: {acknowledged} acknowledged, revisions grew by {revisions - self.revisions}")
        for name, query in (("feeds with gaps", FEEDS), ("counts that differ", COUNTS)):
            found = self.register.sql(query)
            if found:
                raise Lost(f"{way}: {name}: {found[:5]}")
        ((entries, told),) = self.register.sql(ENTRIES)
        if entries != told:
            raise Lost(f"{way}: {entries} entries due in the feeds, {told} there")


def chains(register):
    found = register.sql(CHAINS)
    if found:
        raise Lost(f"chains that do not follow from their changes: {found[:5]}")
