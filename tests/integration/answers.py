# SPDX-License-Identifier: Apache-2.0
"""Links in reminders, and a mail reader that follows them: signs tokens as workflow does, keeps cookies
as browsers do, reads fields and sends forms."""
import hashlib
import hmac
import html.parser
import http.client
import time
import urllib.parse

from harness import PATIENCE


def mac(key, text):
    """crypto_auth: HMAC-SHA512, its first half."""
    return hmac.new(key, text.encode(), hashlib.sha512).digest()[:32].hex()


def sign(register, purpose, about, expires_at, mail="<1@example.org>"):
    key = bytes.fromhex((register.keys / "token.key").read_text().strip())
    nonce = hashlib.sha256(mail.encode()).hexdigest()[:32]
    text = f"{purpose}.{about.encode().hex()}.{int(expires_at)}.{nonce}"
    return f"{text}.{mac(key, text)}"


def token(register, unit, action, policy="policy:half-yearly", cycle=1, life_s=3600, **more):
    return sign(register, more.pop("purpose", "answer"), "\n".join([unit, action, policy, str(cycle)]),
                time.time() + life_s, **more)


class Fields(html.parser.HTMLParser):
    """What the form of a page would send, and the texts and links of the elements that have an id."""

    VOID = {"input", "meta", "link", "br"}

    def __init__(self, page):
        super().__init__()
        self.values, self.options, self.texts, self.links = {}, {}, {}, {}
        self.labels, self.open = set(), []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in self.VOID:
            self.open.append((tag, given))
        if "id" in given:
            self.texts[given["id"]] = ""
            self.links[given["id"]] = given.get("href")
        if tag == "label":
            self.labels.add(given.get("for"))
        if tag == "input":
            self.values[given["name"]] = given.get("value", "")
        elif tag == "textarea" and "name" in given:
            self.values[given["name"]] = ""
        elif tag == "select":
            self.values[given["name"]] = ""
            self.options[given["name"]] = []
        elif tag == "option":
            name = next(each["name"] for kind, each in reversed(self.open) if kind == "select")
            self.options[name].append(given["value"])
            if "selected" in given:
                self.values[name] = given["value"]

    def handle_endtag(self, tag):
        if tag == "textarea" and "name" in self.open[-1][1]:
            name = self.open[-1][1]["name"]
            self.values[name] = self.values[name].removeprefix("\n")
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, given in self.open:
            if "id" in given:
                self.texts[given["id"]] += data
        if self.open and self.open[-1][0] == "textarea" and "name" in self.open[-1][1]:
            self.values[self.open[-1][1]["name"]] += data


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.fields = Fields(body)
        self.texts = self.fields.texts


class Reader:
    """One window of a browser. Cookies belong to a path; another window may share the jar."""

    def __init__(self, register, jar=None):
        self.register = register
        self.jar = {} if jar is None else jar

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.register.ports["http"], timeout=PATIENCE)
        cookies = [pair for where, pair in self.jar.items() if path.split("?")[0].startswith(where)]
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        told = dict(answer.getheaders())
        if "Set-Cookie" in told:
            pair, *rest = told["Set-Cookie"].split("; ")
            self.jar[next(each[5:] for each in rest if each.startswith("Path="))] = pair
        return Answer(answer.status, told, text)

    def follow(self, answer):
        while answer.status == 303:
            self.at = answer.headers["Location"]
            answer = self.ask("GET", self.at)
        self.page = answer
        return answer

    def open(self, link):
        """The form behind a link (its token)."""
        return self.follow(self.ask("GET", f"/a/{link}"))

    def press(self, button, headers=None, follow=True, **written):
        """What the page shows, with these fields written anew."""
        values = {**self.page.fields.values, **written, "do": button}
        answer = self.ask("POST", self.at.split("?")[0], urllib.parse.urlencode(values), **(headers or {}))
        return self.follow(answer) if follow else answer


def blake(secret):
    """As the database keeps a session's id."""
    return hashlib.blake2b(secret.encode(), digest_size=32).digest()
