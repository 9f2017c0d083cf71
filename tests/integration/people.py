# SPDX-License-Identifier: Apache-2.0
"""Principals of a test's own: somebody else who sends, somebody who reads only some scopes."""
import hashlib
import secrets

import wire
import zmq
from harness import PATIENCE, wait_until


def add_principal(register, name, *grants, speaks=False):
    """Its key pair: (public, secret)."""
    key = tuple(half.decode() for half in zmq.curve_keypair())
    number = register.one(
        "INSERT INTO uptake.principal (name, created_at, speaks_for_others) VALUES (%s, clock_timestamp(), %s)"
        " RETURNING principal_id", (name, speaks))
    register.sql("INSERT INTO uptake.curve_key VALUES (%s, %s, clock_timestamp(), NULL)", (key[0], number))
    for kind in grants:
        register.sql("INSERT INTO uptake.push_grant (principal_id, kind) VALUES (%s, %s)", (number, kind))
    return key


def connect(register, key):
    return wire.Client(f"tcp://127.0.0.1:{register.ports['push']}", key, register.key("ingest.public")[0])


def welcomed(register, key):
    """A connection under that key, once ingest knows it."""
    def client():
        opened = connect(register, key)
        if opened.hello(1) is not None:
            return opened
        opened.close()
        return None
    return wait_until(client, "the new key is welcome", PATIENCE)


def sender(register, name="second"):
    """The key (public, secret) of a principal that may push whatever the operator may."""
    public, secret = (half.decode() for half in zmq.curve_keypair())
    register.sql("INSERT INTO uptake.principal (name, internal, created_at) VALUES (%s, false, 'epoch')", (name,))
    register.sql("INSERT INTO uptake.curve_key (public_key, principal_id, created_at)"
                 " SELECT %s, principal_id, 'epoch' FROM uptake.principal WHERE name = %s", (public, name))
    register.sql("INSERT INTO uptake.push_grant (principal_id, kind, document)"
                 " SELECT s.principal_id, g.kind, g.document FROM uptake.push_grant g"
                 " JOIN uptake.curve_key k USING (principal_id), uptake.principal s"
                 " WHERE k.public_key = %s AND s.name = %s", (register.key("cli.key")[0], name))
    return public, secret


def settings(register, name="second"):
    """The path of settings for the program in the hands of such a principal."""
    public, secret = sender(register, name)
    path = register.keys / f"{name}.key"
    path.write_text((register.keys / "cli.key").read_text().replace(register.key("cli.key")[0], public)
                    .replace(register.key("cli.key")[1], secret))
    path.chmod(0o600)
    ours = register.settings()
    ours["cli"]["key"] = path
    return register.write_config(register.folder / f"{name}.conf", ours)


def reader(register, *scopes, name="reader"):
    """A bearer token of a principal that reads these scopes."""
    token = secrets.token_hex(32)
    register.sql("INSERT INTO uptake.principal (name, internal, created_at) VALUES (%s, false, 'epoch')", (name,))
    register.sql("INSERT INTO uptake.token (token_hash, principal_id, created_at, expires_at)"
                 " SELECT %s, principal_id, 'epoch', 'infinity' FROM uptake.principal WHERE name = %s",
                 (hashlib.blake2b(token.encode(), digest_size=32).digest(), name))
    register.sql("INSERT INTO uptake.read_grant (principal_id, scope_id) SELECT principal_id, scope_id"
                 " FROM uptake.principal p, uptake.scope s WHERE p.name = %s AND s.name = ANY (%s)",
                 (name, list(scopes)))
    return token
