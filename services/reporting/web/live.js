// SPDX-License-Identifier: Apache-2.0
// Keeps the page current: follows the scope's stream of heads and, when the head has moved on,
// fetches this page again and puts its <main> in place of the old one. The stream says only that
// there is something new; what it is comes from the page.
"use strict";

(() => {
  const status = document.getElementById("live");
  const held = () => document.getElementById("main").dataset;
  let newest = null; // what the stream told last
  let fetching = false;
  let loaded = Date.now();

  const say = (word) => {
    status.textContent = word;
    status.className = word;
  };

  // Time passes without a change: a page is fetched anew at least so often.
  const EVERY_MS = 10 * 60 * 1000;

  const current = () =>
    Date.now() - loaded < EVERY_MS &&
    (!newest || (newest.epoch === held().epoch && newest.seq <= Number(held().seq)));

  // Whoever is typing in a field, or has text selected, is not interrupted.
  const busy = () => {
    const main = document.getElementById("main");
    const selected = window.getSelection();
    return (main.contains(document.activeElement) &&
            ["SELECT", "INPUT"].includes(document.activeElement.tagName)) ||
           (!selected.isCollapsed && main.contains(selected.anchorNode));
  };

  const replace = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("main");
    const old = document.getElementById("main");
    const focused = old.contains(document.activeElement)
      ? document.activeElement.getAttribute("href") : null;
    old.replaceWith(fresh);
    if (focused) {
      fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
  };

  const refresh = async () => {
    if (fetching || current() || busy()) {
      return;
    }
    fetching = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (answer.status === 401) {
        location.reload();
        return;
      }
      if (answer.ok) {
        replace(await answer.text());
        loaded = Date.now();
      }
    } catch {
      say("reconnecting"); // the stream will tell when the service is back
    } finally {
      fetching = false;
    }
    if (!current()) {
      setTimeout(refresh, 1000);
    }
  };

  const follow = () => {
    const stream = new EventSource(`/v1/scopes/${encodeURIComponent(held().scope)}/stream`);
    stream.addEventListener("error", () => {
      say("reconnecting");
      if (stream.readyState === EventSource.CLOSED) {
        setTimeout(follow, 3000); // refused, not merely cut: the browser would not try again
      }
    });
    stream.addEventListener("away", () => say("reconnecting")); // the service is there, its data not
    stream.addEventListener("head", (event) => {
      newest = JSON.parse(event.data);
      say("live");
      refresh();
    });
  };

  setInterval(refresh, EVERY_MS / 10);
  document.addEventListener("focusout", () => setTimeout(refresh, 0));
  say("reconnecting");
  follow();
})();
