# SPDX-License-Identifier: Apache-2.0
"""What tests of the feeds share: readers with keys of their own, a raw client of FETCH, a fold written from
proto/ alone, and the follower of the command-line program."""
import hashlib
import json
import signal
import sqlite3
import subprocess
import urllib.parse

import wire
import zmq
from harness import PATIENCE, environment, wait_until
from model_case import ModelCase

START = dict(after_seq=0, epoch=b"", chain=b"")


def canonical(item):
    """One line of a dump."""
    return json.dumps(item, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Reader:
    """A principal of its own with a key, and settings for the command-line program as that principal."""

    def __init__(self, register, name, *scopes):
        self.register, self.name = register, name
        self.key = tuple(part.decode() for part in zmq.curve_keypair())
        register.sql("INSERT INTO uptake.principal (name, created_at) VALUES (%s, clock_timestamp())", (name,))
        register.sql("INSERT INTO uptake.curve_key (public_key, principal_id, created_at)"
                     " SELECT %s, principal_id, clock_timestamp() FROM uptake.principal WHERE name = %s",
                     (self.key[0], name))
        for scope in scopes:
            self.grant(scope)
        path = register.folder / f"{name}.key"
        path.write_text(f"public {self.key[0]}\nsecret {self.key[1]}\n")
        path.chmod(0o600)
        settings = register.settings()
        settings["cli"] |= {"key": path}
        self.config = register.write_config(register.folder / f"{name}.conf", settings)

    def grant(self, scope):
        self.register.sql("INSERT INTO uptake.read_grant SELECT principal_id, scope_id FROM uptake.principal, uptake.scope s"
                          " WHERE principal.name = %s AND s.name = %s", (self.name, scope))

    def withdraw(self, scope):
        self.register.sql("DELETE FROM uptake.read_grant USING uptake.principal p, uptake.scope s WHERE"
                          " read_grant.principal_id = p.principal_id AND read_grant.scope_id = s.scope_id"
                          " AND p.name = %s AND s.name = %s", (self.name, scope))

    def revoke_key(self):
        self.register.sql("UPDATE uptake.curve_key SET revoked_at = clock_timestamp() WHERE public_key = %s",
                          (self.key[0],))


class Fold:
    """A follower from proto/ alone: chain and hashes checked, groups folded."""

    def __init__(self, scope):
        self.scope = scope
        self.seq, self.epoch, self.chain = 0, b"", hashlib.sha256(scope.encode()).digest()
        self.items = {}

    def cursor(self):
        return dict(after_seq=self.seq, epoch=self.epoch, chain=self.chain if self.epoch else b"")

    def take(self, batch):
        assert batch.from_seq == self.seq and batch.scope == self.scope, batch.from_seq
        self.epoch = batch.epoch
        for segment in batch.segments:
            assert segment.first_seq == self.seq + 1, (segment.first_seq, self.seq)
            assert segment.last_seq - segment.first_seq + 1 == len(segment.entries)
            hashes = b"".join(entry.body_sha256 for entry in segment.entries)
            self.chain = hashlib.sha256(self.chain + hashes).digest()
            assert segment.chain == self.chain, segment.last_seq
            self.seq = segment.last_seq
            for entry in segment.entries:
                self.apply(entry)
        assert (batch.to_seq, batch.chain) == (self.seq, self.chain)

    def apply(self, entry):
        if not entry.body:
            return
        assert hashlib.sha256(entry.body).digest() == entry.body_sha256
        change = wire.new("Change").FromString(entry.body)
        if change.operation == wire.word("OPERATION_LEAVE"):
            self.items.pop(change.subject, None)
            return
        groups = {} if change.operation == wire.word("OPERATION_ENTER") else self.items.get(change.subject, (0, {}))[1]
        groups = groups | {field.name: value.SerializeToString(deterministic=True)
                           for field, value in change.ListFields() if field.number >= 16}
        self.items[change.subject] = (entry.revision, groups)


class FeedCase(ModelCase):
    def setUp(self):
        super().setUp()
        self.register.start("reporting")

    # ---- the raw client ----

    def follower_client(self, key=None):
        client = wire.Client(f"tcp://127.0.0.1:{self.register.ports['fetch']}", key or self.register.key("cli.key"),
                             self.register.key("reporting.public")[0])
        self.addCleanup(client.close)
        return client

    def fetch(self, client, scope, seconds=PATIENCE, **fields):
        client.send(wire.new("Fetch", scope=scope, **fields))
        return client.receive(seconds)

    def fold(self, scope, client=None, until=None):
        """The scope's feed read from 0 to its end, or to the segment that ends there."""
        client = client or self.follower_client()
        fold = Fold(scope)
        while True:
            batch = self.fetch(client, scope, **fold.cursor(), max_bytes=1 if until is not None else 0)
            self.assertEqual(batch.DESCRIPTOR.name, "Batch", batch)
            fold.take(batch)
            if batch.up_to_date or fold.seq == until:
                return fold

    # ---- what the server says ----

    def snapshot(self, scope):
        """The lines a dump must have."""
        lines, after = [], ""
        while True:
            page = self.register.json(f"/v1/scopes/{urllib.parse.quote(scope, safe='')}/snapshot?limit=1000"
                                      + (f"&after_key={urllib.parse.quote(after, safe='')}" if after else ""))
            lines += [canonical(item) for item in page["items"]]
            if len(page["items"]) < 1000:
                return sorted(lines, key=lambda line: json.loads(line)["key"].encode())
            after = page["items"][-1]["key"]

    def head(self, scope):
        return self.register.one("SELECT seq FROM uptake.feed_head JOIN uptake.scope USING (scope_id) WHERE name = %s",
                                 (scope,))

    # ---- the program ----

    def store(self, name):
        return self.register.folder / f"{name.replace(':', '-')}.sqlite"

    def dump(self, scope, store):
        """Brings the store up to date; its lines."""
        return self.register.must("feed", "--scope", scope, "--store", store, "--dump").split("\n")[:-1]

    def dump_as_it_is(self, store):
        return self.register.must("feed", "--store", store, "--dump").split("\n")[:-1]

    def follow(self, scope, store, config=None):
        with open(f"{store}.out", "ab") as out, open(f"{store}.err", "ab") as errors:
            process = subprocess.Popen(
                [self.register.programs / "uptake", "--config", config or self.register.config, "feed",
                 "--scope", scope, "--store", store, "--follow", "--json"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=errors, env=environment())
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process, number=signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
        return process.wait(PATIENCE)

    @staticmethod
    def position(store):
        """The cursor's seq in the file; 0 before there is one."""
        try:
            db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
            try:
                ((seq,),) = db.execute("SELECT seq FROM about")
            finally:
                db.close()
        except (sqlite3.OperationalError, ValueError):
            return 0
        return seq

    def wait_for(self, store, seq, seconds=PATIENCE):
        wait_until(lambda: self.position(store) >= seq, f"{store.name} at {seq}", seconds)

    def assert_same(self, scope, lines):
        self.assertEqual(lines, self.snapshot(scope), scope)
