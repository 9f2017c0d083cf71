# SPDX-License-Identifier: Apache-2.0
"""The catalogues of the mails hold every message of the source, each translated, and no other."""
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / "services" / "workflow"
KEYWORDS = ("--keyword", "--keyword=MESSAGE", "--keyword=catalogue_text:2", "--keyword=catalogue_plural:2,3")


def messages(path):
    """Everything a catalogue translates."""
    text = subprocess.run(["msgattrib", "--no-obsolete", "--no-wrap", path], text=True, capture_output=True, check=True).stdout
    return set(re.findall(r'^msgid "(.+)"$', text, re.M))


class Catalogues(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.template = self.folder / "mail.pot"
        subprocess.run(["xgettext", "--from-code=UTF-8", "--language=C", *KEYWORDS, "--no-location", "-o", self.template,
                        *sorted(WORKFLOW.glob("*.c"))], check=True, capture_output=True)
        self.catalogues = sorted((WORKFLOW / "po").glob("*.po"))

    def test_there_is_a_second_language(self):
        self.assertIn("fr", [path.stem for path in self.catalogues])
        self.assertGreater(len(messages(self.template)), 40)

    def test_every_message_that_is_used_is_translated(self):
        for path in self.catalogues:
            done = subprocess.run(["msgcmp", path, self.template], text=True, capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_message_of_a_catalogue_is_used(self):
        for path in self.catalogues:
            self.assertEqual(messages(path) - messages(self.template), set(), path.name)

    def test_translations_keep_what_is_put_into_them(self):
        for path in self.catalogues:
            done = subprocess.run(["msgfmt", "--check-format", "--check-domain", "-o", self.folder / "any.mo", path],
                                  text=True, capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_no_sentence_of_the_mails_stands_outside_the_catalogues(self):
        """What a reader sees is said in digest_words.c, through a catalogue; the layouts have no words of their own."""
        for name in ("digest.c", "digest_html.c", "calendar.c"):
            text = (WORKFLOW / name).read_text()
            text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
            text = re.sub(r"catalogue_(text|plural)\(.*?\)", "", text, flags=re.S)
            words = [literal for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', text)
                     if re.search(r"\b[A-Z][a-z]+ [a-z]+ [a-z]+", literal)]
            self.assertEqual(words, [], name)


if __name__ == "__main__":
    unittest.main()
