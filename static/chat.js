// One conversation over the site's socket: messages as they are said, typing, presence, read marks. When the connection
// is lost it comes back and asks for what was missed; what was not sent yet is kept, marked, and sent then. Where there is
// no socket the form sends the message as any form does.
"use strict";

(() => {
  const form = document.getElementById("say");
  const list = document.getElementById("messages");
  const box = document.getElementById("said");
  const typing = document.getElementById("typing");
  const presence = document.getElementById("presence");
  if (!form || !window.WebSocket) return;

  const { conversation, me } = form.dataset;
  const field = form.elements.text;
  const kept = `unsent:${conversation}`;
  let last = Number(list.dataset.last);
  let socket = null;
  let joined = false;
  let wait = 500;
  let typed = 0;
  let silent = 0;
  let unsent = JSON.parse(sessionStorage.getItem(kept) || "[]");

  const keep = () => sessionStorage.setItem(kept, JSON.stringify(unsent));
  const send = (event, data, ref) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ event, data, ref }));
  };
  const toEnd = () => { box.scrollTop = box.scrollHeight; };

  function bubble(text, mine) {
    const item = document.createElement("li");
    const words = document.createElement("p");
    item.className = mine ? "mine" : "theirs";
    words.textContent = text;
    item.append(words);
    return item;
  }

  function newDay(at) {
    const name = at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
      .replace(/^(\w+) /, "$1, ");
    const days = list.querySelectorAll(".day");
    if (days.length && days[days.length - 1].textContent === name) return;
    const day = document.createElement("li");
    day.className = "day";
    day.textContent = name;
    list.append(day);
  }

  function show(message) {
    if (message.sequence <= last) return;
    if (message.sequence > last + 1) { // one is missing: ask for all since the last that is here
      send("join:conversation", { conversationId: conversation, after: last });
      return;
    }
    last = message.sequence;
    const at = new Date(message.createdAt);
    newDay(at);
    const item = bubble(message.text, message.sender?.id === me);
    for (const image of message.images || []) {
      const picture = document.createElement("img");
      picture.src = image.thumbnailUrl;
      picture.alt = image.filename;
      item.append(picture);
    }
    const time = document.createElement("time");
    time.className = "faint";
    time.dateTime = message.createdAt;
    time.textContent = at.toISOString().slice(11, 16);
    item.append(time);
    list.append(item);
    toEnd();
    if (document.visibilityState === "visible") read();
  }

  const read = () => send("message:read", { conversationId: conversation, sequence: last });

  function offer(message) { // shown at once, marked until the site has it
    const item = bubble(message.text, true);
    item.classList.add("unsent");
    item.dataset.client = message.clientId;
    const state = document.createElement("span");
    state.className = "faint";
    state.textContent = "Not sent yet";
    item.append(state);
    list.append(item);
    toEnd();
  }

  function pass(message) {
    const { clientId, text } = message;
    send("message:send", { conversationId: conversation, message: { text }, clientId }, clientId);
  }

  function settled(clientId) {
    unsent = unsent.filter((message) => message.clientId !== clientId);
    keep();
    list.querySelector(`[data-client="${CSS.escape(clientId)}"]`)?.remove();
  }

  const hears = {
    "joined:conversation": () => {
      joined = true;
      wait = 500;
      unsent.forEach(pass);
      read();
    },
    "message:received": ({ data }) => { if (data.conversationId === conversation) show(data); },
    "typing:user": ({ data }) => {
      if (data.conversationId !== conversation || data.userId === me) return;
      typing.textContent = data.isTyping ? "is writing …" : "";
    },
    "presence:changed": ({ data }) => { if (data.userId === form.dataset.partner) is(data.status); },
    ack: ({ ref, data }) => {
      if (unsent.some((message) => message.clientId === ref)) {
        settled(ref);
        show(data);
      } else if (data?.[form.dataset.partner]) is(data[form.dataset.partner].status);
    },
    error: ({ ref, data }) => {
      const item = list.querySelector(`[data-client="${CSS.escape(ref || "")}"] span`);
      if (item) item.textContent = data.message;
    },
  };

  const is = (status) => { presence.textContent = status; };

  function connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws`, "mintenance");
    socket.addEventListener("message", (event) => {
      const frame = JSON.parse(event.data);
      if (frame.event === "connected") {
        send("join:conversation", { conversationId: conversation, after: last });
        if (form.dataset.partner) send("presence:query", [form.dataset.partner], "presence");
      } else hears[frame.event]?.(frame);
    });
    socket.addEventListener("close", () => {
      joined = false;
      is("");
      wait = Math.min(wait * 2, 30000);
      setTimeout(connect, wait * (0.75 + Math.random() / 2));
    });
  }

  form.addEventListener("submit", (event) => {
    if (!joined && !unsent.length) return; // without a socket, as any form
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    const message = { text, clientId: crypto.randomUUID?.() || `${Date.now()}-${Math.random()}` };
    unsent.push(message);
    keep();
    offer(message);
    pass(message);
    form.reset();
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  field.addEventListener("input", () => {
    clearTimeout(silent);
    silent = setTimeout(() => send("typing:stop", { conversationId: conversation }), 3000);
    if (Date.now() - typed < 2000) return;
    typed = Date.now();
    send("typing:start", { conversationId: conversation });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") read();
  });

  unsent.forEach(offer);
  toEnd();
  connect();
})();
