// What every page does beyond plain links and forms. All of it is a help: without it the pages still work.
"use strict";

// A form is sent once; one that cannot be undone asks first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sure && !window.confirm(form.dataset.sure)) {
    event.preventDefault();
    return;
  }
  if (!("once" in form.dataset)) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// The menu closes as menus do.
const menu = document.querySelector(".menu");
if (menu) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// The first field that is wrong has the cursor; where nothing but the whole is wrong, what is said about it is read out.
document.querySelector(".field.wrong :is(input, select, textarea)")?.focus();

// A list that could not be loaded says so, and how to try again.
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => {
    const list = document.getElementById("found");
    if (!list || detail.target !== list || !detail.elt.matches("form")) return;
    const told = document.createElement("p");
    const again = document.createElement("a");
    Object.assign(told, { className: "message error" }).setAttribute("role", "alert");
    Object.assign(again, { href: location.href, textContent: "Try again" });
    told.append("This could not be loaded. ", again, ".");
    list.querySelector(":scope > .message.error")?.remove();
    list.prepend(told);
  });
}

// A place that was copied from a map, as a link or as two numbers, fills in both.
document.addEventListener("paste", (event) => {
  const { form, name } = event.target;
  const place = event.clipboardData.getData("text").match(/(-?\d{1,2}\.\d+)\s*[,/ ]\s*(-?\d{1,3}\.\d+)/);
  if (!place || !["lat", "lng"].includes(name)) return;
  event.preventDefault();
  [, form.elements.lat.value, form.elements.lng.value] = place;
});

// "Where I am" fills in a latitude and a longitude.
if (navigator.geolocation && window.isSecureContext) {
  for (const button of document.querySelectorAll("[data-locate]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const form = button.form;
          form.elements.lat.value = coords.latitude.toFixed(6);
          form.elements.lng.value = coords.longitude.toFixed(6);
          if (form.elements.radius && !form.elements.radius.value) form.elements.radius.value = 25;
          button.removeAttribute("aria-busy");
          form.elements.lat.dispatchEvent(new Event("change", { bubbles: true }));
        },
        () => {
          button.removeAttribute("aria-busy");
          button.textContent = "Your place is not known; fill it in";
        },
      );
    });
  }
}

// Whatever happens to the person who is signed in is said to the page, which reads anew what it concerns.
const TYPES = [
  "job.created", "job.posted", "job.unposted", "job.updated", "job.assigned", "job.started",
  "job.completion_requested", "job.completed", "job.cancelled", "job.reopened",
  "bid.created", "bid.updated", "bid.accepted", "bid.rejected", "bid.withdrawn",
  "message.created", "conversation.created", "conversation.read",
  "review.created", "review.replied", "contractor.verified", "notification.created", "reset",
];
if ("signedIn" in document.body.dataset && window.EventSource) {
  let told = 0;
  const tell = () => {
    clearTimeout(told);
    told = setTimeout(() => document.body.dispatchEvent(new CustomEvent("mintenance:event")), 150);
  };
  const stream = new EventSource("/api/v2/notifications/stream");
  for (const type of TYPES) stream.addEventListener(type, tell);
  window.addEventListener("pagehide", () => stream.close());
}
