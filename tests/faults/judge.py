# SPDX-License-Identifier: Apache-2.0
"""Whether a run kept its promises, from what its clients wrote down and what the register holds afterwards.

    faults(nemesis)     # lines, each beginning with the invariant it breaks; empty when all is well

Independent of the services' code: bodies and outcomes come from the clients' outboxes and histories, chains and
states are derived again here and in tests/integration (checker.py, state.py).
"""
import collections
import hashlib
import json
import pathlib
import sys
import urllib.parse

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / each) for each in ("contract", "integration")]
import checker  # noqa: E402
import follower  # noqa: E402
import history  # noqa: E402
import samples  # noqa: E402
import sender  # noqa: E402

APPLIED = ("committed", "merged")
MOST = 20  # lines told of one kind


class Side:
    """One client as the judge sees it: what it sent by id, and what it heard."""

    def __init__(self, name, bodies, heard, by_hash=False):
        self.name, self.bodies, self.heard, self.by_hash = name, bodies, heard, by_hash


def sides(nemesis):
    folder = nemesis.folder
    for name in ("setup", *nemesis.senders):
        outbox = sender.Outbox(folder / f"{name}.outbox")
        outbox.close()
        yield Side("operator" if name == "setup" else name, {each.hex(): body for each, body in outbox.bodies.items()},
                   history.History(folder / f"{name}.history").read())
    # Its ids follow from the content in a way that is its own business: known by the body's hash.
    yield Side("operator", nemesis.pushing.bodies, history.History(folder / "cli.history").read(), by_hash=True)


class Judge:
    def __init__(self, nemesis):
        self.nemesis, self.register = nemesis, nemesis.register
        sql = self.register.sql
        self.sides = list(sides(nemesis))
        self.changes = collections.defaultdict(list)  # (principal, id or body hash) -> [(body hash, change id)]
        self.causes = {}
        for number, name, message_id, digest, operation in sql(
                "SELECT change_id, name, message_id::text, body_sha256, operation::text"
                " FROM uptake.change JOIN uptake.principal ON principal_id = sender_id"):
            digest, message_id = bytes(digest).hex(), message_id.replace("-", "")
            self.changes[name, message_id].append((digest, number))
            self.changes[name, digest].append((digest, number))
            if operation == "set":
                self.causes[number] = (name, message_id, digest)
        self.others = {(name, message_id.replace("-", "")): outcome for name, message_id, outcome in sql(
            "SELECT name, message_id::text, outcome::text FROM uptake.refusal"
            " JOIN uptake.principal ON principal_id = sender_id")}

    def faults(self):
        found = []
        for check in (self.answered, self.once, self.same_answer, self.causes_of_effects, self.kept_aside,
                      self.locks, self.journals, self.copies, self.audiences):
            lines = list(check())
            found += lines[:MOST] + ([f"... and {len(lines) - MOST} more"] if len(lines) > MOST else [])
        return found + [f"I5, I9, I17, I18: {line}" for line in checker.Checker(self.register).faults()[:MOST]]

    def each(self):
        """(side, id, final events, rows of history)"""
        for side in self.sides:
            for message_id in side.bodies:
                yield side, message_id, side.heard.finals.get(message_id, []), self.changes[side.name, message_id]

    def answered(self):
        """After draining, everything has a final outcome."""
        for side, message_id, finals, _ in self.each():
            if message_id not in side.heard.invoked:
                yield f"I2: {side.name} {message_id}: never sent"
            elif not finals:
                yield f"I2: {side.name} {message_id}: no final outcome after draining"

    def once(self):
        """What was acknowledged as applied is in history exactly once, with the bytes sent; what was not, is not."""
        for side, message_id, finals, rows in self.each():
            wanted = 1 if finals and finals[0]["outcome"] in APPLIED else 0
            if len(rows) != wanted:
                outcome = finals[0]["outcome"] if finals else "unanswered"
                yield f"{'I1' if wanted else 'I3'}: {side.name} {message_id}: {outcome}, {len(rows)} times in history"
            digest = hashlib.sha256(side.bodies[message_id]).hexdigest()
            if any(row[0] != digest for row in rows):
                yield f"I3: {side.name} {message_id}: other bytes in history than were sent"

    def same_answer(self):
        for side, message_id, finals, _ in self.each():
            answers = {(each["outcome"], each["code"], each["revision"]) for each in finals}
            if len(answers) > 1:
                yield f"I1: {side.name} {message_id}: answered {sorted(answers)}"
            if not side.by_hash and not all(each["duplicate"] for each in finals[1:]):
                yield f"I1: {side.name} {message_id}: answered again, not marked duplicate"

    def causes_of_effects(self):
        """Every effect has its message: of the load, or of ingest itself."""
        sent = {(side.name, message_id) for side in self.sides for message_id in side.bodies}
        for number, (name, message_id, digest) in self.causes.items():
            if (name, message_id) not in sent and (name, digest) not in sent:
                yield f"I3: change {number} of {name}, {message_id}: nobody sent it"

    def kept_aside(self):
        """What was answered = applied + kept for a person or for the record; nothing is parked without its letter."""
        letters = {(name, message_id.replace("-", "")) for name, message_id in self.register.sql(
            "SELECT name, message_id::text FROM uptake.dead_letter JOIN uptake.principal ON principal_id = sender_id")}
        both = {(name, message_id.replace("-", "")) for name, message_id in self.register.sql(
            "SELECT name, message_id::text FROM uptake.conflict JOIN uptake.principal ON principal_id = sender_id")}
        for side, message_id, finals, _ in self.each():
            outcome, key = finals[0]["outcome"] if finals else None, (side.name, message_id)
            if (outcome == "parked") != (key in letters):
                yield f"I15: {side.name} {message_id}: {outcome}, {'a' if key in letters else 'no'} dead letter"
            if (outcome == "conflict") != (key in both):
                yield f"I19: {side.name} {message_id}: {outcome}, {'a' if key in both else 'no'} conflict kept"
            if outcome in ("no_op", "conflict", "parked") and self.others.get(key) != outcome:
                yield f"I15: {side.name} {message_id}: {outcome}, kept as {self.others.get(key)}"

    def locks(self):
        return (f"I5: {line}" for line in crossed(self.register))

    # ---- followers ----

    def journals(self):
        """What each follower wrote down: it went on where it stood, and its chain was the feed's at each point."""
        for scope, path in self.followed("journal"):
            chains = {(seq, bytes(chain).hex()) for seq, chain in self.register.sql(
                "SELECT last_seq, chain FROM uptake.feed_segment JOIN uptake.scope USING (scope_id) WHERE name = %s",
                (scope,))}
            at, intended = None, None
            for line in path.read_text(encoding="utf-8").splitlines():
                event = json.loads(line)
                if event["event"] == "start":
                    # Killed between writing down what it would do and doing it, or after.
                    if at is not None and event["seq"] not in (at, intended):
                        yield f"I6: {scope}: started at {event['seq']}, stood at {at}, went to {intended}"
                    at = intended = event["seq"]
                elif event["event"] == "apply":
                    if event["after"] != intended:
                        yield f"I6: {scope}: applied after {event['after']}, stood at {intended}"
                    if (event["seq"], event["chain"]) not in chains:
                        yield f"I7: {scope}: chain at {event['seq']} is not the feed's"
                    at, intended = intended, event["seq"]
                else:
                    yield f"I6, I8: {scope}: {event}"

    def followed(self, suffix):
        for number, scope in enumerate(self.nemesis.followers):
            yield scope, self.nemesis.folder / f"f{number}.{suffix}"

    def copies(self):
        """Each follower's copy is the server's view of the scope, byte by byte, and holds nobody else's words."""
        for scope, path in self.followed("store"):
            store = follower.Store(path, scope)
            epoch, seq, chain, items = server_view(self.register, scope)
            if (store.epoch.hex(), store.seq, store.chain.hex()) != (epoch, seq, chain):
                yield f"I7: {scope}: the copy stands at {store.seq}, the feed at {seq}, or epoch or chain differ"
            mine, theirs = (follower.dump(each).splitlines() for each in (store.items, items))
            for line in sorted(set(mine) ^ set(theirs)):
                yield f"I7: {scope}: only {'the copy' if line in mine else 'the server'} holds {line[:200]}"
            for key, item in store.items.items():
                for said in item["groups"].values():
                    names = {each.decode() for each in samples.CANARY.findall(bytes.fromhex(said))}
                    if names - {key}:
                        yield f"I18: {scope}: {key} holds words of {names - {key}}"

    def audiences(self):
        """No entry in the feed of a scope that could not see the item after that change, leaving apart."""
        for scope, number, operation in self.register.sql(
                "SELECT s.name, c.change_id, c.operation::text FROM uptake.feed_segment f"
                " JOIN uptake.scope s USING (scope_id) CROSS JOIN LATERAL unnest(f.change_ids) AS u (id)"
                " JOIN uptake.change c ON c.change_id = u.id"
                " WHERE c.operation <> 'leave' AND NOT c.scopes @> ARRAY[f.scope_id]"):
            yield f"I18: {scope} was told {operation} {number}, which is not for it"


def crossed(register):
    """What PostgreSQL said of writers that met: they wait for each other, so no deadlock and no number drawn twice."""
    log = (register.database.server.data / "server.log").read_text(errors="replace")
    return (line for line in log.splitlines()
            if "deadlock detected" in line or ("duplicate key" in line and "feed_" in line))


def server_view(register, scope):
    """(epoch, seq, chain, items) of a scope as reporting says they are now, in the form of a follower's copy."""
    items, after = {}, ""
    while True:
        page = register.json(f"/v1/scopes/{urllib.parse.quote(scope)}/snapshot?limit=1000"
                             + (f"&after_key={urllib.parse.quote(after)}" if after else ""))
        for each in page["items"]:
            change = samples.change(each["kind"], each["document"], each["key"], 0, **groups_of(each["change"]))
            items[each["key"]] = {"kind": change.kind, "document": each["document"], "revision": each["revision"],
                                  "groups": {str(field.number): value.SerializeToString().hex()
                                             for field, value in change.ListFields() if field.message_type}}
        if len(page["items"]) < 1000:
            return page["epoch"].replace("-", ""), page["seq"], page["chain"], items
        after = page["items"][-1]["key"]


def groups_of(image):
    """The field groups of an image in JSON; bytes stand there in hexadecimal."""
    fields = samples.wire.new("Change").DESCRIPTOR.fields_by_name
    groups = {name: value for name, value in image.items() if fields[name].message_type}
    if "document_identity" in groups and "source_sha256" in groups["document_identity"]:
        identity = groups["document_identity"]
        identity["source_sha256"] = bytes.fromhex(identity["source_sha256"])
    return groups
