// One conversation over the site's socket: messages and pictures as they are said, typing, presence, read marks, and older
// messages as one scrolls up. When the connection is lost it comes back and resumes where it was; what was not sent yet is
// kept, marked, and sent then. Where there is no socket the form sends the message as any form does.
"use strict";

(() => {
  const form = document.getElementById("say");
  const list = document.getElementById("messages");
  const box = document.getElementById("said");
  const older = document.getElementById("older");
  const lost = document.getElementById("lost");
  const typing = document.getElementById("typing");
  const presence = document.getElementById("presence");
  if (!form || !window.WebSocket) return;

  const { conversation, me, partner, partnerName } = form.dataset;
  const field = form.elements.text;
  const previews = form.querySelector(".previews");
  const kept = `unsent:${conversation}`;
  let last = Number(list.dataset.last);
  let seen = Number(list.dataset.seen);
  let socket = null;
  let joined = false;
  let cursor = ""; // the last event that has arrived, to resume after
  let wait = 500;
  let again = 0;
  let typed = 0;
  let silent = 0;
  let unsent = JSON.parse(sessionStorage.getItem(kept) || "[]");

  const keep = () => sessionStorage.setItem(kept, JSON.stringify(unsent));
  const send = (event, data, ref) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ event, data, ref }));
  };
  const toEnd = () => { box.scrollTop = box.scrollHeight; };
  const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 120;

  // -- drawing ------------------------------------------------------------------------------------------------------

  function make(name, className, text) {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function bubble(text, images, mine) {
    const item = make("li", mine ? "mine" : "theirs");
    const words = make("p");
    text.split("\n").forEach((line, number) => words.append(...(number ? [make("br"), line] : [line])));
    item.append(words);
    if (images.length) {
      const shown = make("div", "shown");
      for (const image of images) {
        const link = Object.assign(make("a"), { href: image.url, target: "_blank", rel: "noopener" });
        link.append(Object.assign(make("img"), { src: image.thumbnailUrl, alt: image.filename, width: 120, height: 120 }));
        shown.append(link);
      }
      item.append(shown);
    }
    return item;
  }

  function reportOf(message) {
    const link = make("a", "tell", "Report");
    link.href = `/report?type=message&id=${message.id}&next=${location.pathname}`;
    link.append(make("span", "hidden", " this message"));
    return link;
  }

  function nameOfDay(at) {
    const parts = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
      .formatToParts(at);
    const part = (type) => parts.find((one) => one.type === type).value;
    return `${part("weekday")}, ${part("day")} ${part("month")} ${part("year")}`;
  }

  function newDay(at) {
    document.getElementById("nothing")?.remove();
    const days = list.querySelectorAll(".day");
    const name = nameOfDay(at);
    if (!days.length || days[days.length - 1].textContent !== name) {
      list.insertBefore(make("li", "day", name), list.querySelector(".unsent"));
    }
  }

  function markSeen() { // under the last of one's own that the other has read, as the page has it from the start
    for (const item of list.querySelectorAll(".mine[data-sequence]")) {
      if (Number(item.dataset.sequence) <= seen && !item.querySelector(".seen")) item.append(make("span", "seen", " · Read"));
    }
  }

  function show(message) {
    if (message.sequence <= last) return;
    if (message.sequence > last + 1) { // one is missing: ask for all since the last that is here
      send("join:conversation", { conversationId: conversation, after: last });
      return;
    }
    const stays = !isAtEnd() && message.sender?.id !== me;
    last = message.sequence;
    newDay(new Date(message.createdAt));
    const item = bubble(message.text, message.images || [], message.sender?.id === me);
    item.dataset.sequence = message.sequence;
    item.append(Object.assign(make("time", "faint", message.createdAt.slice(11, 16)), { dateTime: message.createdAt }));
    if (message.sender?.id !== me) item.append(reportOf(message));
    list.insertBefore(item, list.querySelector(".unsent"));
    if (!stays) toEnd();
    markSeen();
    if (message.sender?.id !== me) typing.textContent = "";
    if (document.visibilityState === "visible") read();
  }

  const read = () => send("message:read", { conversationId: conversation, sequence: last });
  const is = (status) => { presence.textContent = status; };

  // -- what is not sent yet -----------------------------------------------------------------------------------------

  const itemOf = (clientId) => list.querySelector(`[data-client="${CSS.escape(clientId)}"]`);

  function offer(message) { // shown at once, marked until the site has it
    const item = bubble(message.text, message.images.map((id) => ({
      url: `/media/images/${id}.webp`, thumbnailUrl: `/media/images/${id}/thumbnail.webp`, filename: "",
    })), true);
    item.classList.add("unsent");
    item.dataset.client = message.clientId;
    item.append(make("span", "faint state"));
    list.append(item);
    say(message.clientId, "Not sent yet");
    toEnd();
  }

  function say(clientId, text, ...buttons) {
    itemOf(clientId)?.querySelector(".state").replaceChildren(text, ...buttons);
  }

  function pass(message) {
    const { clientId, text, images } = message;
    if (!joined) return;
    say(clientId, "Sending …");
    send("message:send", { conversationId: conversation, message: { text, images }, clientId }, clientId);
  }

  function forget(clientId) {
    unsent = unsent.filter((message) => message.clientId !== clientId);
    keep();
    itemOf(clientId)?.remove();
  }

  function innermost(details) { // the first thing that is wrong, in whichever field
    while (details && typeof details === "object") details = Object.values(details)[0];
    return details;
  }

  function refused(message, error) {
    const { clientId } = message;
    if (error.code === "rate_limit_exceeded") {
      say(clientId, "Not sent yet");
      setTimeout(() => pass(message), 1000 * error.retryAfter);
      return;
    }
    const retry = Object.assign(make("button", "plain link", "Try again"), { type: "button" });
    const away = Object.assign(make("button", "plain link", "Discard"), { type: "button" });
    retry.addEventListener("click", () => pass(message));
    away.addEventListener("click", () => { forget(clientId); field.focus(); });
    say(clientId, `Not sent: ${innermost(error.details) || error.message} `, retry, " ", away);
  }

  // -- the socket ---------------------------------------------------------------------------------------------------

  const hears = {
    connected: ({ data }) => {
      const missed = cursor;
      cursor ||= data.cursor;
      send("join:conversation", { conversationId: conversation, after: last });
      if (missed) send("resume", { after: missed }, "resume");
      if (partner) send("presence:query", [partner], "presence");
    },
    "joined:conversation": () => {
      const isNew = !joined;
      joined = true;
      wait = 500;
      lost.hidden = true;
      if (isNew) unsent.forEach(pass);
      read();
    },
    "message:received": ({ data }) => { if (data.conversationId === conversation) show(data); },
    "message:read": ({ data }) => {
      if (data.conversationId !== conversation || data.userId === me) return;
      seen = Math.max(seen, data.sequence);
      markSeen();
    },
    "typing:user": ({ data }) => {
      if (data.conversationId !== conversation || data.userId === me) return;
      typing.textContent = data.isTyping ? `${partnerName} is writing …` : "";
    },
    "presence:changed": ({ data }) => { if (data.userId === partner) is(data.status); },
    cursor: ({ data }) => { cursor = data.cursor; },
    resumed: ({ data }) => { cursor = data.cursor; },
    ack: ({ ref, data }) => {
      if (unsent.some((message) => message.clientId === ref)) {
        forget(ref);
        show(data);
      } else if (ref === "presence" && data?.[partner]) is(data[partner].status);
    },
    error: ({ ref, data }) => {
      const message = unsent.find((one) => one.clientId === ref);
      if (message) refused(message, data);
      else if (ref === "resume") location.reload(); // too long away to be told: read it all anew
    },
  };

  function connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws`, "mintenance");
    socket.addEventListener("message", (event) => {
      const frame = JSON.parse(event.data);
      hears[frame.event]?.(frame);
      if (frame.id) cursor = frame.id;
    });
    socket.addEventListener("close", () => {
      joined = false;
      lost.hidden = false;
      is("");
      typing.textContent = "";
      for (const { clientId } of unsent) say(clientId, "Not sent yet");
      wait = Math.min(wait * 2, 30000);
      again = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    });
  }

  // -- older messages -----------------------------------------------------------------------------------------------

  async function fetchOlder() {
    const link = older.querySelector("a");
    if (older.hidden || older.dataset.busy) return;
    older.dataset.busy = "yes";
    link.textContent = "Loading older messages …";
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      prepend([...page.getElementById("messages").children]);
      const next = page.getElementById("older");
      older.hidden = next.hidden;
      link.href = next.querySelector("a").getAttribute("href");
      link.textContent = "Older messages";
    } catch {
      link.textContent = "Older messages could not be loaded. Try again";
    }
    delete older.dataset.busy;
  }

  function prepend(items) { // and what is on the screen stays where it is
    const fromEnd = box.scrollHeight - box.scrollTop;
    const day = list.querySelector(".day");
    const days = items.filter((item) => item.classList.contains("day"));
    if (day && days.length && days[days.length - 1].textContent === day.textContent) day.remove();
    list.setAttribute("aria-live", "off");
    list.prepend(...items);
    requestAnimationFrame(() => list.setAttribute("aria-live", "polite"));
    box.scrollTop = box.scrollHeight - fromEnd;
  }

  older.addEventListener("click", (event) => {
    event.preventDefault();
    fetchOlder();
  });

  // -- writing ------------------------------------------------------------------------------------------------------

  form.noValidate = true; // pictures alone are a message too
  form.addEventListener("submit", (event) => {
    if (!joined && !cursor) return; // there has never been a socket: send it as any form
    event.preventDefault();
    const images = [...previews.querySelectorAll("input[name=images]")].map((input) => input.value);
    const text = field.value.trim() || (images.length > 1 ? `${images.length} pictures` : images.length ? "Picture" : "");
    if (!text) return;
    if (previews.querySelector("progress")) {
      typing.textContent = "The pictures are still on their way.";
      return;
    }
    const message = { text, images, clientId: crypto.randomUUID?.() || `${Date.now()}-${Math.random()}` };
    unsent.push(message);
    keep();
    offer(message);
    pass(message);
    form.reset();
    previews.replaceChildren();
    grow();
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  function grow() { // the field, with what is written
    field.rows = Math.min(6, field.value.split("\n").length);
  }
  field.addEventListener("input", () => {
    grow();
    clearTimeout(silent);
    silent = setTimeout(() => send("typing:stop", { conversationId: conversation }), 3000);
    if (Date.now() - typed < 2000) return;
    typed = Date.now();
    send("typing:start", { conversationId: conversation });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") read();
  });
  window.addEventListener("online", () => {
    if (socket.readyState !== WebSocket.CLOSED) return;
    clearTimeout(again);
    connect();
  });

  unsent.forEach(offer);
  toEnd();
  box.addEventListener("scroll", () => { if (box.scrollTop < 80) fetchOlder(); });
  connect();
})();
