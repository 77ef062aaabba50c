/** Send fields (and a file) of a form and resolve with the answer; reject with a sentence for the person. */
export function send(form, address, fields, onProgress = () => {}) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onProgress((100 * event.loaded) / event.total));
    request.addEventListener("error", () => reject("The connection broke off. Nothing you typed is lost; try again."));
    request.addEventListener("load", () => {
      if (request.status === 200 && request.response) resolve(request.response);
      else if (request.status === 413) reject("This file is larger than 25 MB. Choose a smaller one.");
      else reject(request.response?.problem ?? "The picture could not be kept just now. Try it again in a moment.");
    });
    request.send(body);
  });
}
