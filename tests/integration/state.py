# SPDX-License-Identifier: Apache-2.0
"""The register as plain values: two runs that did the same must give equal ones.

Numbers drawn from sequences become the keys they stand for; instants become "set" or None; how many
attempts a thing took is left out, what came of it is not.
"""
import collections
import datetime
import hashlib

ITEM_COLUMNS = {"item_id", "parent_id", "office_unit_id", "action_id", "recommendation_id", "unit_id",
                "reports_to_id", "overseer_id", "policy_id", "subject_id", "recipient_id", "merged_into_id",
                "round_id", "assessment_id", "about_id", "from_id", "to_id", "crosswalk_id"}
SCOPE_COLUMNS = {"scope_id", "region_scope_id"}
# What an interrupted run may do more often than an undisturbed one.
ATTEMPTS = {"attempt_id", "fence", "uncertain_attempts", "next_attempt_at", "last_error", "changed_at"}
TABLES = ("item", "document", "response", "recommendation", "action", "action_recommendation", "unit",
          "responsibility", "policy", "extension", "milestone", "unit_alternate", "assessment_round", "assessment",
          "assessment_subject", "indicator", "link", "finding", "crosswalk", "crosswalk_word", "change",
          "refusal", "conflict", "obligation", "delivery")


def rows(register, table, where="true"):
    """Dictionaries, column by column."""
    names = [name for (name,) in register.sql(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum", (f"uptake.{table}",))]
    return [dict(zip(names, row)) for row in register.sql(f"SELECT * FROM uptake.{table} WHERE {where}")]


class Names:
    """Numbers of one database -> what they stand for."""

    def __init__(self, register):
        self.items = dict(register.sql("SELECT item_id, item_key FROM uptake.item"))
        self.scopes = dict(register.sql("SELECT scope_id, name FROM uptake.scope"))
        self.senders = dict(register.sql("SELECT principal_id, name FROM uptake.principal"))
        self.changes = {number: bytes(digest).hex() for number, digest in register.sql(
            "SELECT change_id, body_sha256 FROM uptake.change")}
        self.deliveries = {number: f"{self.items[item]} {day}" for number, item, day in register.sql(
            "SELECT delivery_id, recipient_id, digest_on FROM uptake.delivery")}

    def plain(self, table, name, value):
        if value is None:
            return None
        if name in ITEM_COLUMNS:
            return self.items[value]
        if name in SCOPE_COLUMNS:
            return self.scopes[value]
        if name == "scopes":
            return sorted(self.scopes[each] for each in value)
        if name == "sender_id":
            return self.senders[value]
        if name == "group_changes":
            return [self.changes.get(each) for each in value]
        if name == "delivery_id":
            return self.deliveries[value]
        # The exact mail holds the instant it was composed at.
        if isinstance(value, datetime.datetime) or name in ("message", "message_sha256"):
            return "set"
        if isinstance(value, (bytes, memoryview)):
            return hashlib.sha256(value).hexdigest()
        return str(value)


def of(register):
    """Table -> sorted rows."""
    names = Names(register)
    state = {}
    for table in TABLES:
        state[table] = sorted(
            tuple((name, names.plain(table, name, value)) for name, value in row.items()
                  if name not in ATTEMPTS and name != f"{table}_id")
            for row in rows(register, table))
    state["feed"] = sorted(
        (names.scopes[scope], names.changes[change], position)
        for scope, document, changes in register.sql(
            "SELECT s.scope_id, c.document, array_agg(c.change_id ORDER BY s.last_seq, u.ordinality)"
            " FROM uptake.feed_segment s, unnest(s.change_ids) WITH ORDINALITY u(id, ordinality)"
            " JOIN uptake.change c ON c.change_id = u.id"
            " WHERE c.kind <> 'reminder' GROUP BY 1, 2")
        for position, change in enumerate(changes))
    state["reminders"] = sorted(
        (names.scopes[scope], names.changes[change]) for scope, change in register.sql(
            "SELECT s.scope_id, c.change_id FROM uptake.feed_segment s, unnest(s.change_ids) u(id)"
            " JOIN uptake.change c ON c.change_id = u.id WHERE c.kind = 'reminder'"))
    state["rollup"] = rollups_kept(register)
    return state


def differences(one, other, limit=12):
    """Lines that say where two states differ; empty when they do not."""
    lines = []
    for table in one:
        counts = collections.Counter(map(repr, one[table]))
        counts.subtract(map(repr, other[table]))
        lines += [f"{table}: {'only first' if n > 0 else 'only second'}: {row}"
                  for row, n in sorted(counts.items()) if n]
    return lines[:limit]


def rollups_kept(register):
    return sorted(register.sql(
        "SELECT s.name, r.kind::text, r.addressee::text, position_word, progress_word, due_on::text, sum(n)::bigint"
        " FROM uptake.counted r JOIN uptake.scope s USING (scope_id) GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0"))


def rollups_counted(register):
    """The same from the items themselves; counted are recommendations and actions that were not retracted."""
    return sorted(register.sql(
        "SELECT s.name, i.kind::text, i.addressee::text, coalesce(position_taken::text, ''),"
        " coalesce(progress::text, ''), coalesce(due_on, 'infinity')::text, count(*)"
        " FROM uptake.item i JOIN uptake.scope s ON s.scope_id = ANY (i.scopes)"
        " WHERE i.kind IN ('recommendation', 'action') AND NOT i.retracted"
        " GROUP BY 1, 2, 3, 4, 5, 6"))


def feed_faults(register):
    """What is wrong with the feeds, recomputed from the stored bytes alone; empty when all is well."""
    faults = []
    bodies = {}
    for number, body, digest in register.sql("SELECT change_id, body, body_sha256 FROM uptake.change"):
        # Of what was redacted only the hash is left.
        bodies[number] = bytes(digest) if body is None else hashlib.sha256(body).digest()
        if bodies[number] != bytes(digest):
            faults.append(f"change {number}: its hash is not that of its bytes")
    heads = register.sql("SELECT scope_id, name, seq, chain FROM uptake.feed_head JOIN uptake.scope USING (scope_id)")
    for scope, name, seq, chain in heads:
        last, link, instant = 0, hashlib.sha256(name.encode()).digest(), None
        for first, end, changes, stored, recorded in register.sql(
                "SELECT first_seq, last_seq, change_ids, chain, recorded_at FROM uptake.feed_segment"
                " WHERE scope_id = %s ORDER BY last_seq", (scope,)):
            link = hashlib.sha256(link + b"".join(bodies[each] for each in changes)).digest()
            if first != last + 1 or end != first + len(changes) - 1:
                faults.append(f"{name}: segment {first}..{end} after {last} holds {len(changes)}")
            if link != bytes(stored):
                faults.append(f"{name}: chain breaks at {end}")
            if instant is not None and recorded <= instant:
                faults.append(f"{name}: {end} was not recorded later than the segment ahead of it")
            last, instant = end, recorded
        if (last, link) != (seq, bytes(chain)):
            faults.append(f"{name}: the head says {seq}, its segments end at {last}")
    return faults
