# SPDX-License-Identifier: Apache-2.0
"""Kills the programs of a register at work, and keeps book of what was under way when each kill fell.

Processes: the load's senders, followers of several scopes, `uptake push` again and again, the services and
PostgreSQL. The dice say whom it hits and after how much more progress. A kill counts only if changes had been sent
and not been answered at that moment; a sender's, only if they were its own.
"""
import collections
import contextlib
import json
import os
import pathlib
import random
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / each) for each in ("contract", "integration")]
import clients  # noqa: E402
import history  # noqa: E402
import load  # noqa: E402
import peer  # noqa: E402
import psycopg2  # noqa: E402
import sender  # noqa: E402

SENDERS = ("s1", "s2", "s3")
SCOPES = ("hq", "public", "region:asia-pacific", "unit:U1")
# committed: ingest is stopped when the database has committed what its senders have not heard of, and dies like that.
VICTIMS = {"ingest": 30, "ingest, committed": 30, "sender": 20, "follower": 8, "postgres": 6, "backend": 6}
STUCK_S = float(os.environ.get("UPTAKE_TEST_PATIENCE", "30")) * 3


class Nemesis:
    def __init__(self, register, seed):
        self.register, self.dice = register, random.Random(seed)
        self.folder = register.folder
        self.kills = []  # (victim, at, open ids)
        self.missed = collections.Counter()  # kills that fell while nothing was under way
        self.histories = {name: history.History(self.folder / f"{name}.history") for name in SENDERS}
        self.senders = {name: clients.Program(HERE / "load.py", self.sender_settings(name, seed), folder=self.folder)
                        for name in SENDERS}
        self.followers = {}  # scope -> program; each scope is read with a key that may read nothing else
        self.pushing = clients.Pushing(register)

    # ---- what takes part ----

    def sender_settings(self, name, seed):
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps({
            "name": name, "seed": seed, "endpoint": clients.push_endpoint(self.register),
            "key": str(clients.principal(self.register, name)), "server_key": self.register.key("ingest.public")[0],
            "outbox": str(self.folder / f"{name}.outbox"), "history": str(self.folder / f"{name}.history")}))
        return path

    def begin(self):
        """The ground the load stands on, then the load."""
        outbox = sender.Outbox(self.folder / "setup.outbox")
        # Ids in order, so that frames name what they build on first.
        outbox.put([(self.dice.randbytes(16), each.SerializeToString()) for each in load.settings()])
        setup = sender.Sender(peer.Peer(clients.push_endpoint(self.register), self.register.key("cli.key"),
                                        self.register.key("ingest.public")[0]),
                              outbox, history.recorder(self.folder / "setup.history"))
        while setup.pending():
            setup.step()
        setup.peer.close()
        outbox.close()
        for number, scope in enumerate(SCOPES):
            self.followers[scope] = clients.follower_of(self.register, f"f{number}", scope)
        for program in (*self.senders.values(), *self.followers.values()):
            program.start()
        self.pushing.start()

    # ---- killing ----

    def look(self):
        """(how many answers came so far, ids open now by sender)"""
        for each in self.histories.values():
            each.read()
        return (sum(each.answers for each in self.histories.values()),
                {name: set(each.open) for name, each in self.histories.items()})

    def when(self, ready, what):
        """Looks again and again, at every millisecond, until `ready` of answers and open ids is true."""
        tick, deadline = threading.Event(), time.monotonic() + STUCK_S
        while True:
            answered, under_way = self.look()
            if ready(answered, under_way):
                return answered, under_way
            if time.monotonic() > deadline:
                raise AssertionError(f"after {STUCK_S:g} s still not: {what}\n{self.register.ingest.log_tail()}")
            for program in (*self.senders.values(), *self.followers.values()):
                program.running()
            tick.wait(0.001)

    def strike(self, counted):
        """Kills until `counted` kills count; gives up the run if the load stands still in between."""
        names, weights = list(VICTIMS), list(VICTIMS.values())
        while len(self.kills) < counted:
            start, _ = self.look()
            more = self.dice.randint(1, 120)
            victim = self.dice.choices(names, weights)[0]
            which = self.dice.choice(SENDERS)
            self.when(lambda answered, _: answered >= start + more, f"{more} more answers")
            self.when(lambda _, ids: ids[which] if victim == "sender" else any(ids.values()), "something under way")
            if self.dice.random() < 0.1:
                self.pushing.kill()
            at = self.hit(victim, which)
            # What was answered before the kill had come through, though its line was read only now.
            self.look()
            open_ids = {each for name, heard in self.histories.items() if victim != "sender" or name == which
                        for each in heard.open if heard.invoked[each] < at}
            if open_ids:
                self.kills.append((victim, at, open_ids))
            else:
                self.missed[victim] += 1
            self.revive(victim, which)

    def hit(self, victim, which):
        """Kills; the instant of it."""
        ingest, server = self.register.ingest, self.register.database.server
        if victim == "ingest, committed":
            self.stop_ahead_of_receipts()
        at = time.time()
        if victim.startswith("ingest"):
            ingest.kill()
        elif victim == "sender":
            self.senders[which].kill()
        elif victim == "follower":
            self.followers[self.dice.choice(list(self.followers))].kill()
        elif victim == "backend":
            self.kill_backend()
        elif victim == "postgres":
            server.stop("immediate")
        return at

    def revive(self, victim, which):
        if victim.startswith("ingest"):
            self.register.ingest.start(wait=False)
        elif victim == "sender":
            self.senders[which].start()
        elif victim == "follower":
            for program in self.followers.values():
                if program.process.poll() is not None:
                    program.start()
        elif victim == "postgres":
            self.register.database.server.start()

    def ask(self, query, value):
        """Rows, asked until there are any, on connections of their own: the harness's may have died with the server."""
        tick, deadline = threading.Event(), time.monotonic() + STUCK_S
        while True:
            try:
                with contextlib.closing(psycopg2.connect(self.register.database.conninfo("postgres"))) as connection:
                    with connection.cursor() as cursor:
                        cursor.execute(query, (value,))
                        rows = cursor.fetchall()
                if rows:
                    return rows
            except psycopg2.OperationalError:
                pass  # it restarts after an earlier kill
            assert time.monotonic() < deadline, f"no answer to {query}"
            tick.wait(0.001)

    def stop_ahead_of_receipts(self):
        """Stops ingest and lets the database finish what it was given, until that was a COMMIT."""
        process, tick, deadline = self.register.ingest.process, threading.Event(), time.monotonic() + STUCK_S
        while True:
            process.send_signal(signal.SIGSTOP)
            # Active, yet waiting for its client: it was given half of a batch.
            self.ask("SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'uptake_ingest'"
                     " AND datname = %s AND state = 'active' AND wait_event_type IS DISTINCT FROM 'Client')",
                     self.register.database.name)
            ((committed,),) = self.ask(
                "SELECT array_agg(message_id::text) FROM uptake.change WHERE message_id = ANY (%s::uuid[])",
                [each for ids in self.look()[1].values() for each in ids])
            tick.wait(0.01)  # what had left before the stop arrives
            still = set().union(*self.look()[1].values())
            if any(message_id.replace("-", "") in still for message_id in committed or ()):
                return
            assert time.monotonic() < deadline, "ingest is never found between COMMIT and receipts"
            process.send_signal(signal.SIGCONT)
            tick.wait(self.dice.random() * 0.02)

    def kill_backend(self):
        """The server restarts itself: it cannot know what the killed session did to shared memory."""
        pids = self.ask("SELECT pid FROM pg_stat_activity WHERE usename = 'uptake_ingest' AND datname = %s",
                        self.register.database.name)
        os.kill(self.dice.choice(sorted(pids))[0], signal.SIGKILL)

    # ---- the end ----

    def settle(self, seconds=STUCK_S):
        """No more kills: everything sent gets its outcome, every follower comes to the head."""
        for service in ("ingest", "reporting"):
            self.register.services[service].wait_ready()
        # The harness's own session died with the server, unnoticed.
        if self.register.database.connection is not None:
            self.register.database.connection.close()
        self.pushing.finish(seconds)
        for program in self.senders.values():
            program.finish(seconds)
        for program in self.followers.values():
            program.finish(seconds)

    def release(self):
        self.pushing.give_up()
        for program in (*self.senders.values(), *self.followers.values()):
            if program.process is not None and program.process.poll() is None:
                program.kill()

    def told(self):
        """Lines about the kills: how many, of whom, and on which side of COMMIT."""
        recorded = dict(self.register.sql(
            "SELECT message_id::text, recorded_at FROM uptake.change UNION ALL"
            " SELECT message_id::text, recorded_at FROM uptake.refusal"))
        recorded = {message_id.replace("-", ""): instant.timestamp() for message_id, instant in recorded.items()}
        after = sum(any(recorded.get(each, at) < at for each in ids) for _, at, ids in self.kills)
        whom = collections.Counter(victim for victim, _, _ in self.kills)
        under_way = sum(len(ids) for _, _, ids in self.kills)
        return [f"{len(self.kills)} kills with changes under way ({under_way} of them in all): {dict(whom)}",
                f"{after} after the COMMIT of what was under way, {len(self.kills) - after} before it;"
                f" not counted, since nothing was under way: {sum(self.missed.values())}"]
