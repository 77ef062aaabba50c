/*
 * One request after the other, in the order of the keys. What could not be sent is known to be not
 * saved until it is sent again; the server tells a repeat from a second decision.
 */
const PROBLEMS = {
  offline: "Not saved: the network is gone.",
  signedOut: "Not saved: you are signed out. Sign in again in another tab, then retry.",
  broken: "Not saved: the site did not answer as it should.",
};

export class Queue {
  #jobs = [];
  #isRunning = false;
  #token;
  #onChange;

  constructor(form, onChange) {
    this.#token = form.elements.csrfmiddlewaretoken;
    this.#onChange = onChange;
  }

  /** How many decisions are on their way. */
  get waiting() {
    return this.#jobs.length;
  }

  /** Send `fields` to `address`, and hand `{status, answer, problem}` to `done`. */
  add(address, fields, done) {
    this.#jobs.push({ address, fields, done });
    this.#onChange();
    this.#run();
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#jobs.length) {
      const job = this.#jobs[0];
      const result = await this.#send(job);
      this.#jobs.shift();
      job.done(result);
      this.#onChange();
    }
    this.#isRunning = false;
  }

  async #send(job, isSecond = false) {
    const body = new FormData();
    for (const [name, value] of Object.entries(job.fields)) body.set(name, value);
    body.set("csrfmiddlewaretoken", this.#token.value);
    let response;
    try {
      response = await fetch(job.address, {
        method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual",
      });
    } catch {
      return { status: 0, problem: PROBLEMS.offline };
    }
    if (response.type === "opaqueredirect") return { status: 0, problem: PROBLEMS.signedOut };
    // Whoever signed in again has another token; a page of the desk holds it.
    if (response.status === 403 && !isSecond) {
      return (await this.#renew()) ? this.#send(job, true) : { status: 0, problem: PROBLEMS.signedOut };
    }
    try {
      const answer = await response.json();
      return { status: response.status, answer, problem: answer.problem };
    } catch {
      return { status: 0, problem: PROBLEMS.broken };
    }
  }

  async #renew() {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      const token = page.querySelector("#changelist-form [name=csrfmiddlewaretoken]");
      if (token) this.#token.value = token.value;
      return Boolean(token);
    } catch {
      return false;
    }
  }
}
