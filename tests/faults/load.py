# SPDX-License-Identifier: Apache-2.0
"""One sender of the load, a process of its own: what it says next is drawn by dice, what it said stands in its outbox.

    load.py SETTINGS.json

Reports, other groups, moves between scopes, new actions, ids sent again; on items of its own and on shared ones,
where it meets others. Works until standard input ends, then until everything has its outcome. Killed at any moment
and started again it goes on from the outbox. HISTORY gets a line per event, written before what it tells of.
"""
import json
import pathlib
import random
import select
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / each) for each in ("contract", "integration")]
import history  # noqa: E402
import peer  # noqa: E402
import samples  # noqa: E402
import sender  # noqa: E402

WINDOW = 60  # changes that may wait for their outcome
SHARED, SHARED_ACTIONS = "faults-shared", 12
UNITS = ("U1", "U2", "U3", "U4")
WORDS = ("not_started", "initiated", "ongoing", "completed", "cancelled", "unknown")


def settings():
    """What must stand before the load begins: units of two regions and the shared document."""
    for at, code in enumerate(UNITS):
        yield samples.unit(code, "asia-pacific" if at % 2 else "africa")
    yield from document(SHARED)
    for number in range(1, SHARED_ACTIONS + 1):
        yield action(SHARED, number)


def document(key):
    yield samples.document(key)
    yield samples.recommendation(key, "1")


def action(key, number):
    unit = UNITS[number % len(UNITS)]
    return samples.action(key, f"1/{number}", responsibilities=samples.responsible(unit))


def report(key, base, word, at):
    return samples.of_action(key, base, progress_report={
        "progress": word, "source": word, "narrative": samples.canary(key, f"report {at}"),
        "reported_on": "2025-06-30", "precision": "half"})


def encoded(change, dice):
    """Its bytes: now and then in another order than libraries write, which is as good, and hashed as it is."""
    body = change.SerializeToString()
    head = len(samples.change("action", change.document, change.subject, change.base_revision).SerializeToString())
    return body[head:] + body[:head] if dice.random() < 0.2 else body


class Item:
    def __init__(self):
        self.revision = 0  # as the last receipt said
        self.busy = False  # a change of it waits for its outcome


class Work:
    """What this sender knows of its items, from its outbox alone."""

    def __init__(self, name, outbox, dice):
        self.document, self.outbox, self.dice = f"faults-{name}", outbox, dice
        self.items, self.subjects = {}, {}
        for number in range(1, SHARED_ACTIONS + 1):
            self.item(f"{SHARED}#1/{number}").revision = 1
        for message_id, body in outbox.bodies.items():
            self.said(message_id, body)
            if message_id in outbox.settled:
                self.settled(message_id, outbox.settled[message_id][1])
        self.count = len(outbox.bodies)

    def item(self, key):
        return self.items.setdefault(key, Item())

    def said(self, message_id, body):
        self.subjects[message_id] = key = samples.wire.new("Change").FromString(body).subject
        self.item(key).busy = True

    def settled(self, message_id, revision):
        item = self.item(self.subjects[message_id])
        item.busy = False
        item.revision = max(item.revision, revision)

    def idle(self, prefix):
        return [key for key, item in self.items.items()
                if key.startswith(prefix + "#1/") and not item.busy and item.revision]

    def next(self):
        """The next change, or None when everything that could be changed waits for its outcome."""
        for made in document(self.document):
            item = self.item(made.subject)
            if not item.revision:
                return None if item.busy else made
        own = self.idle(self.document)
        actions = sum(key.startswith(self.document + "#1/") for key in self.items)
        if actions < 20 or (actions < 400 and self.dice.random() < 0.05):
            return action(self.document, actions + 1)
        keys = self.idle(SHARED) if self.dice.random() < 0.15 else own
        return self.change(self.dice.choice(keys)) if keys else None

    def change(self, key):
        base, dice = self.items[key].revision, self.dice
        what = dice.choices(("report", "hold", "milestones", "timeframe", "disclosure", "units"),
                            (70, 8, 8, 6, 4, 4))[0]
        text = samples.canary(key, f"change {self.count}")
        if what == "report":
            return report(key, base, dice.choice(WORDS), self.count)
        if what == "hold":
            return samples.of_action(key, base, hold_set={
                "hold": dice.choice(("none", "needs_funding")), "reason": text, "since_on": "2025-01-01"})
        if what == "milestones":
            return samples.of_action(key, base, milestones={"milestones": [{"text": text, "source": "May"}]})
        if what == "timeframe":
            year = dice.choice(("2025", "2026", "2027"))
            return samples.of_action(key, base, timeframe={
                "source": year, "start_on": f"{year}-01-01", "due_on": f"{year}-12-31", "precision": "year"})
        if what == "disclosure":
            return samples.of_action(key, base, disclosure_set={
                "disclosure": dice.choice(("public", "internal", "restricted"))})
        return samples.of_action(key, base, responsibilities=samples.responsible(
            *dice.sample(UNITS, dice.choice((1, 2)))))


def main():
    given = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    outbox = sender.Outbox(given["outbox"])
    # Another run of the same sender goes on with other dice, the same for the same point it had come to.
    dice = random.Random(f"{given['seed']} {given['name']} {len(outbox.bodies)}")
    work = Work(given["name"], outbox, dice)
    record = history.recorder(given["history"])

    def told(event, message_id, receipt):
        if receipt is not None and event != "unknown" and message_id in outbox.waiting:
            work.settled(message_id, receipt.revision)
        record(event, message_id, receipt)

    connection = peer.Peer(given["endpoint"], peer.key_file(given["key"]), given["server_key"])
    pushing = sender.Sender(connection, outbox, told, silence_s=0.3)
    ending = False
    while not ending or pushing.pending():
        ending = ending or bool(select.select([sys.stdin], [], [], 0)[0])
        new = []
        while not ending and len(outbox.waiting) + len(new) < WINDOW:
            made = work.next()
            if made is None:
                break
            message_id, body = dice.randbytes(16), encoded(made, dice)
            work.said(message_id, body)
            work.count += 1
            new.append((message_id, body))
        if new:
            outbox.put(new)
        if not ending and outbox.settled and dice.random() < 0.2:
            pushing.again.append(dice.choice(list(outbox.settled)))
        pushing.step(0.02)


if __name__ == "__main__":
    main()
