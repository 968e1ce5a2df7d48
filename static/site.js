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
