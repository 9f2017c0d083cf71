# SPDX-License-Identifier: Apache-2.0
"""The messages of uptake.v1 as Python classes, made by protoc from proto/ when this is imported.

    v1.Hello(version_min=1, version_max=1)      v1.KIND_OF[v1.Push]      v1.OUTCOME_COMMITTED
"""
import importlib
import pathlib
import subprocess
import sys
import tempfile

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def _load():
    names = {}
    with tempfile.TemporaryDirectory() as folder:
        files = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
        subprocess.run(["protoc", f"-I{PROTO}", f"--python_out={folder}", *files], check=True)
        sys.path.insert(0, folder)
        try:
            for file in files:
                module = importlib.import_module(file.removesuffix(".proto").replace("/", ".") + "_pb2")
                names.update({name: value for name, value in vars(module).items() if name[0].isupper()})
        finally:
            sys.path.remove(folder)
    return names


globals().update(_load())
# Message class -> MessageKind: RESYNC_REQUIRED is the kind of ResyncRequired.
KIND_OF = {globals()[word.title().replace("_", "")]: number
           for word, number in ((name.removeprefix("MESSAGE_KIND_"), number)
                                for name, number in globals()["MessageKind"].items()) if number}
CLASS_OF = {number: message for message, number in KIND_OF.items()}
