# SPDX-License-Identifier: Apache-2.0
"""Principals of a test's own, with the keys they connect with."""
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
