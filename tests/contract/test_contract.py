# SPDX-License-Identifier: Apache-2.0
"""proto/ keeps its form, keeps its promises, and still reads what was written before."""
import copy
import json
import re
import unittest

import contract
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

FIELD = descriptor_pb2.FieldDescriptorProto


class Form(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = contract.current()

    def test_package_follows_the_folder(self):
        for file in self.files.file:
            folder = file.name.rpartition("/")[0]
            self.assertEqual(file.package, folder.replace("/", "."), file.name)
            self.assertRegex(file.package, r"^uptake\.v[0-9]+$")
            self.assertEqual(file.syntax, "proto3", file.name)

    def test_no_message_contains_itself(self):
        found = contract.messages(self.files)
        parts = {name: {field.type_name for field in message.field if field.type == FIELD.TYPE_MESSAGE}
                 for name, message in found.items()}

        def walk(name, above):
            self.assertNotIn(name, above, "a message contains itself")
            for part in parts.get(name, ()):
                walk(part, above | {name})

        for name in found:
            walk(name, frozenset())

    def test_enum_zero_is_unspecified_and_words_carry_the_type(self):
        for name, enum in contract.enums(self.files).items():
            prefix = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", enum.name).upper() + "_"
            self.assertEqual((enum.value[0].number, enum.value[0].name), (0, prefix + "UNSPECIFIED"))
            for value in enum.value:
                self.assertTrue(value.name.startswith(prefix), f"{name}: {value.name}")
            numbers = [value.number for value in enum.value]
            self.assertEqual(len(numbers), len(set(numbers)), f"{name}: a number stands twice")

    def test_names_and_numbers_of_fields(self):
        for name, message in contract.messages(self.files).items():
            self.assertRegex(message.name, r"^[A-Z][A-Za-z0-9]*$")
            for field in message.field:
                where = f"{name}.{field.name}"
                self.assertRegex(field.name, r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", where)
                # One byte of tag up to 15, two up to 2047; none of ours needs more.
                self.assertLess(field.number, 2048, where)
                self.assertNotIn(field.type, (FIELD.TYPE_FLOAT, FIELD.TYPE_DOUBLE, FIELD.TYPE_GROUP), where)
                self.assertFalse(field.proto3_optional, f"{where}: the C generator refuses optional")

    def test_field_groups_of_a_change_are_messages_from_16_on(self):
        for field in contract.messages(self.files)[".uptake.v1.Change"].field:
            is_group = field.type == FIELD.TYPE_MESSAGE
            self.assertEqual(is_group, field.number >= 16, field.name)


class Promises(unittest.TestCase):
    def test_nothing_promised_has_changed(self):
        self.assertEqual(contract.broken_promises(contract.baseline(), contract.current()), [])

    def test_everything_is_recorded(self):
        self.assertEqual(contract.baseline(), contract.current(),
                         "new messages, fields or words: run tests/contract/contract.py record")

    def test_a_break_is_noticed(self):
        """The check itself: renumbering, retyping, renaming and removing are each seen."""
        def change(edit):
            files = copy.deepcopy(contract.baseline())
            edit(contract.messages(files)[".uptake.v1.Submission"])
            return contract.broken_promises(contract.baseline(), files)

        def set_field(name, value):
            return lambda message: setattr(message.field[0], name, value)

        self.assertEqual(len(change(set_field("number", 99))), 1)
        self.assertEqual(len(change(set_field("type", FIELD.TYPE_STRING))), 1)
        self.assertEqual(len(change(set_field("name", "other"))), 1)
        self.assertEqual(len(change(lambda message: message.field.pop())), 1)


class Recorded(unittest.TestCase):
    """messages/NAME.hex: bytes once sent; messages/NAME.json: what they say, in protobuf's JSON."""

    def test_recorded_messages_still_say_the_same(self):
        pool = descriptor_pool.DescriptorPool()
        # Imports first: the pool wants what a file needs before the file.
        waiting = list(contract.current().file)
        known = set()
        while waiting:
            file = next(each for each in waiting if known.issuperset(each.dependency))
            pool.Add(file)
            known.add(file.name)
            waiting.remove(file)
        paths = sorted((contract.FOLDER / "messages").glob("*.hex"))
        self.assertGreaterEqual(len(paths), 8)
        for path in paths:
            with self.subTest(path.name):
                head, *lines = path.read_text(encoding="ascii").splitlines()
                kind = re.fullmatch(r"# (uptake\.v1\.\w+)", head).group(1)
                message = message_factory.MessageFactory(pool).GetPrototype(
                    pool.FindMessageTypeByName(kind)).FromString(bytes.fromhex("".join(lines)))
                expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
                self.assertEqual(
                    json_format.MessageToDict(message, preserving_proto_field_name=True), expected)


if __name__ == "__main__":
    unittest.main()
