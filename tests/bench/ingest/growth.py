# SPDX-License-Identifier: Apache-2.0
"""Does an update cost more once there are many? Two registers of the same actions on one server, by turns:
one as it was made, made anew before each run, and one with a long history."""
import database
from ground import Ground
from ways import Ways

KEPT = "short_history"


class Growth:
    """Registers of its own; close() ends them."""

    def __init__(self, options):
        self.options = options
        self.short = Ground(options.bin, options.actions)
        self.long = Ground(options.bin, options.actions)

    def __enter__(self):
        self.short.__enter__()
        try:
            self.short.close_connections()
            database.server().execute(f'CREATE DATABASE "{KEPT}" TEMPLATE "{self.short.register.database.name}"')
            self.long.__enter__()
        except BaseException:
            self.short.__exit__(None, None, None)
            raise
        self.long.age(self.options.history)
        return self

    def __exit__(self, kind, value, trace):
        self.long.__exit__(kind, value, trace)
        self.short.__exit__(kind, value, trace)

    def renew(self):
        name = self.short.register.database.name
        self.short.close_connections()
        database.server().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        database.server().execute(f'CREATE DATABASE "{name}" TEMPLATE "{KEPT}"')
        self.short.register.sql("CHECKPOINT")

    def run(self, ground, way):
        return Ways(ground, self.options.tools, self.options).through_ingest(way)

    def round(self):
        self.renew()
        return {"short_history": self.run(self.short, "short history"),
                "long_history": self.run(self.long, "long history")}
