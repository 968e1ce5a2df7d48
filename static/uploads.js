// Pictures are uploaded as they are chosen or dropped, with a preview and their progress; the form then holds their ids.
"use strict";

for (const form of document.querySelectorAll("form[data-uploads]")) {
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector(".previews");
  const field = input.closest(".field");

  list.addEventListener("click", (event) => {
    if (event.target.closest("[data-remove]")) event.target.closest("li").remove();
  });
  input.addEventListener("change", () => {
    for (const file of input.files) upload(file);
    input.value = "";
  });
  for (const name of ["dragover", "drop"]) field.addEventListener(name, (event) => event.preventDefault());
  field.addEventListener("dragover", () => field.classList.add("over"));
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    field.classList.remove("over");
    for (const file of event.dataTransfer.files) upload(file);
  });

  function upload(file) {
    const item = document.createElement("li");
    const picture = document.createElement("img");
    const progress = document.createElement("progress");
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", `Uploading ${file.name}`);
    item.append(picture, progress, remover());
    list.append(item);
    send(file, progress).then(
      (id) => {
        progress.remove();
        const hidden = document.createElement("input");
        Object.assign(hidden, { type: "hidden", name: "images", value: id });
        item.append(hidden);
      },
      (why) => {
        const text = document.createElement("p");
        text.className = "wrong-text";
        text.textContent = why;
        progress.replaceWith(text);
      },
    );
  }

  function remover() {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "plain", textContent: "×" });
    button.dataset.remove = "";
    button.setAttribute("aria-label", "Take this picture away");
    return button;
  }

  function send(file, progress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("file", file);
      request.open("POST", "/api/v2/images");
      request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress.value = event.loaded / event.total;
      });
      request.addEventListener("load", () => {
        if (request.status === 201) resolve(request.response.data.id);
        else reject(request.response?.message || "This could not be uploaded.");
      });
      request.addEventListener("error", () => reject("The connection was lost. Choose it again."));
      request.send(body);
    });
  }
}
