# SPDX-License-Identifier: Apache-2.0
"""A follower of one scope: what any office would write, from proto/ and services/ingest/README.md alone.

    follower.py ENDPOINT KEY SERVER_KEY SCOPE STORE [JOURNAL]

Keeps in STORE, one JSON file, every item of the scope and the cursor that goes with them; both change in one
rename. Ends when standard input ends and everything up to the head has come. JOURNAL gets a line per step.
"""
import hashlib
import json
import os
import pathlib
import select
import sys

import peer
import v1

FIRST_GROUP = 16  # field numbers of Change from here on are field groups
WAIT_MS, PATIENCE_S = 1000, 10.0


class Broken(Exception):
    """What came does not fit what is held: never applied."""


def groups_of(body):
    """Field number -> bytes of each field group of an encoded Change, read off the wire: a group that this
    program's proto does not know yet is kept as well."""
    groups, at = {}, 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = body[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(body):
        tag = varint()
        if tag & 7 == 0:
            varint()
        elif tag & 7 == 2:
            size = varint()
            if tag >> 3 >= FIRST_GROUP:
                groups[tag >> 3] = body[at:at + size]
            at += size
        else:
            raise Broken(f"a Change with wire type {tag & 7}")
    return groups


class Store:
    """The copy of one scope: cursor and items, on disk together."""

    def __init__(self, path, scope):
        self.path, self.scope = pathlib.Path(path), scope
        self.start_again()
        if self.path.exists():
            held = json.loads(self.path.read_text(encoding="utf-8"))
            self.epoch, self.seq, self.chain = bytes.fromhex(held["epoch"]), held["seq"], bytes.fromhex(held["chain"])
            self.items = held["items"]

    def start_again(self):
        self.epoch, self.seq, self.items = b"", 0, {}
        self.chain = hashlib.sha256(self.scope.encode()).digest()

    def save(self):
        held = {"scope": self.scope, "epoch": self.epoch.hex(), "seq": self.seq, "chain": self.chain.hex(),
                "items": self.items}
        new = self.path.with_suffix(".new")
        with open(new, "w", encoding="utf-8") as file:
            json.dump(held, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def fold(self, entry):
        """What an entry does to the copy. Redacted: its bytes are gone, what replaces them follows."""
        if not entry.body:
            return
        change = v1.Change.FromString(entry.body)
        if change.operation == v1.OPERATION_LEAVE:
            self.items.pop(change.subject, None)
            return
        item = self.items.get(change.subject)
        if change.operation == v1.OPERATION_ENTER or item is None:
            item = self.items[change.subject] = {"groups": {}}
        item |= {"kind": change.kind, "document": change.document, "revision": entry.revision}
        item["groups"] |= {str(number): said.hex() for number, said in groups_of(entry.body).items()}

    def take(self, batch):
        """Checks the batch, applies it; the caller saves. Broken: nothing of it was applied."""
        seq, chain, entries = self.seq, self.chain, []
        if batch.scope != self.scope or (self.epoch and batch.epoch != self.epoch):
            raise Broken("another scope or epoch")
        for segment in batch.segments:
            if segment.last_seq <= self.seq and seq == self.seq:
                continue  # held already
            if segment.first_seq != seq + 1 or segment.last_seq != seq + len(segment.entries):
                raise Broken(f"{segment.first_seq}..{segment.last_seq} does not follow {seq}")
            for entry in segment.entries:
                if entry.body and hashlib.sha256(entry.body).digest() != entry.body_sha256:
                    raise Broken(f"an entry of {segment.first_seq}..{segment.last_seq} is not what was hashed")
            chain = hashlib.sha256(chain + b"".join(each.body_sha256 for each in segment.entries)).digest()
            if chain != segment.chain:
                raise Broken(f"chain at {segment.last_seq}")
            seq = segment.last_seq
            entries += segment.entries
        for entry in entries:
            self.fold(entry)
        self.epoch, self.seq, self.chain = bytes(batch.epoch), seq, chain


def dump(items):
    """The canonical form of a copy: a line per item, in the order of keys, each group's message in the one form
    that the library gives equal messages."""
    lines = []
    for key, item in sorted(items.items()):
        groups = {}
        for number, said in item["groups"].items():
            field = v1.Change.DESCRIPTOR.fields_by_number.get(int(number))
            if field is not None:
                message = getattr(v1, field.message_type.name).FromString(bytes.fromhex(said))
                said = message.SerializeToString(deterministic=True).hex()
            groups[int(number)] = said
        lines.append(json.dumps([key, item["kind"], item["document"], item["revision"], sorted(groups.items())]))
    return "".join(line + "\n" for line in lines).encode()


class Follower:
    def __init__(self, connection, store, told=lambda **_: None):
        self.peer, self.store, self.told = connection, store, told
        self.up_to_date = False
        self.token = 0

    def step(self, wait_ms=WAIT_MS):
        """Asks once and applies what comes."""
        self.up_to_date = False
        if self.peer.socket is None:
            self.peer.open()
        self.token += 1
        store = self.store
        fetch = v1.Fetch(scope=store.scope, epoch=store.epoch, after_seq=store.seq,
                         chain=store.chain if store.seq else b"", wait_ms=wait_ms, token=self.token)
        answer = None
        if self.peer.wait_writable(PATIENCE_S) and self.peer.send(fetch):
            answer = self.peer.receive(PATIENCE_S + wait_ms / 1000)
        if answer is None:
            self.peer.close()  # asking again is harmless: the cursor says what is held
        elif getattr(answer, "token", None) == self.token:
            self.take(answer)

    def take(self, answer):
        store = self.store
        if isinstance(answer, v1.ResyncRequired):
            self.told(event="resync", reason=v1.ResyncReason.Name(answer.reason), seq=store.seq)
            store.start_again()
            store.save()
        elif isinstance(answer, v1.Batch):
            before, epoch = store.seq, store.epoch
            try:
                store.take(answer)
            except Broken as broken:
                self.told(event="broken", why=str(broken), seq=before)
                self.peer.close()
                return
            if store.seq != before:
                self.told(event="apply", after=before, seq=store.seq, chain=store.chain.hex())
            if (before, epoch) != (store.seq, store.epoch):
                store.save()
            self.up_to_date = answer.up_to_date and store.seq == answer.head_seq
        elif isinstance(answer, v1.Problem) and not answer.retry_after_ms:
            raise SystemExit(f"{answer.code}: {answer.place}: {answer.text}")
        else:
            self.peer.close()


def main():
    endpoint, own_key, server_key, scope, path, *journal = sys.argv[1:]
    file = open(journal[0], "a", encoding="utf-8", buffering=1) if journal else None

    def told(**event):
        if file:
            file.write(json.dumps(event) + "\n")

    follower = Follower(peer.Peer(endpoint, peer.key_file(own_key), peer.key_file(server_key)[0]),
                        Store(path, scope), told)
    told(event="start", seq=follower.store.seq)
    ending = False
    while not (ending and follower.up_to_date):
        follower.step(0 if ending else WAIT_MS)
        ending = ending or bool(select.select([sys.stdin], [], [], 0)[0])
    print(follower.store.seq, follower.store.chain.hex())


if __name__ == "__main__":
    main()
