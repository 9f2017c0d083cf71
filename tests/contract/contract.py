# SPDX-License-Identifier: Apache-2.0
"""The wire contract: what proto/ says now and what was promised before.

    /usr/bin/python3 tests/contract/contract.py record

takes new messages, fields and words into baseline.txtpb; it refuses when something promised earlier
would change.
"""
import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, text_format

FOLDER = pathlib.Path(__file__).resolve().parent
PROTO = FOLDER.parents[1] / "proto"
BASELINE = FOLDER / "baseline.txtpb"
HEADER = "# SPDX-License-Identifier: Apache-2.0\n# Written by contract.py record; what v1 promises.\n"


def current():
    """The FileDescriptorSet that protoc makes of proto/uptake."""
    files = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
    with tempfile.NamedTemporaryFile(suffix=".pb") as out:
        subprocess.run(["protoc", f"-I{PROTO}", "-o", out.name, *files], check=True)
        return descriptor_pb2.FileDescriptorSet.FromString(out.read())


def baseline():
    return text_format.Parse(BASELINE.read_text(encoding="utf-8"), descriptor_pb2.FileDescriptorSet())


def messages(files):
    """Full name -> DescriptorProto, nested ones included."""
    found = {}

    def walk(prefix, message):
        name = f"{prefix}.{message.name}"
        found[name] = message
        for nested in message.nested_type:
            walk(name, nested)

    for file in files.file:
        for message in file.message_type:
            walk("." + file.package, message)
    return found


def enums(files):
    found = {}
    for file in files.file:
        for each in file.enum_type:
            found[f".{file.package}.{each.name}"] = each
    for name, message in messages(files).items():
        for each in message.enum_type:
            found[f"{name}.{each.name}"] = each
    return found


def field_promise(message, field):
    """What must stay: the name (JSON), number, type, repetition, and the oneof it stands in."""
    oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else ""
    return field.name, field.number, field.type, field.type_name, field.label, oneof


def broken_promises(old, new):
    """Sentences, one per thing that old promised and new does not keep."""
    found = []
    new_messages, new_enums = messages(new), enums(new)
    for name, message in messages(old).items():
        if name not in new_messages:
            found.append(f"message {name} is gone")
            continue
        now = new_messages[name]
        fields = {field.number: field_promise(now, field) for field in now.field}
        for field in message.field:
            promise = field_promise(message, field)
            if fields.get(field.number) != promise:
                found.append(f"{name}.{field.name}: was {promise}, is {fields.get(field.number)}")
    for name, enum in enums(old).items():
        values = {value.number: value.name for value in new_enums[name].value} if name in new_enums else {}
        for value in enum.value:
            if values.get(value.number) != value.name:
                found.append(f"{name}: {value.number} was {value.name}, is {values.get(value.number)}")
    return found


def main():
    if sys.argv[1:] != ["record"]:
        sys.exit(__doc__)
    now = current()
    broken = broken_promises(baseline(), now) if BASELINE.exists() else []
    if broken:
        sys.exit("refused, v1 would break:\n" + "\n".join(broken))
    BASELINE.write_text(HEADER + text_format.MessageToString(now), encoding="utf-8")


if __name__ == "__main__":
    main()
