// Passkeys: asks the server what to sign, the browser to sign it, and sends the answer back.
"use strict";
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(path, fields) {
  const answer = await fetch(path, { method: "POST", headers: { accept: "application/json" }, body: new URLSearchParams(fields) });
  return answer.json();
}

function opened(options) {
  const open = (one) => ({ ...one, id: bytes(one.id) });
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = open(options.user);
  for (const list of ["allowCredentials", "excludeCredentials"]) if (options[list]) found[list] = options[list].map(open);
  return found;
}

function closed(credential) {
  const { response } = credential;
  const found = { clientDataJSON: words(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) found[name] = words(response[name]);
  return JSON.stringify({ id: credential.id, rawId: credential.id, type: credential.type, response: found, clientExtensionResults: {} });
}

const acts = {
  "sign-in": { ask: "sign-in/passkey/ask", use: (publicKey) => navigator.credentials.get({ publicKey }), send: "sign-in/passkey" },
  confirm: { ask: "passkeys/ask", use: (publicKey) => navigator.credentials.get({ publicKey }), send: "passkeys/confirm" },
  add: { ask: "passkeys/begin", use: (publicKey) => navigator.credentials.create({ publicKey }), send: "passkeys/finish" },
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  const fault = document.querySelector("#passkey-fault, #fault");
  const say = (text) => { fault.querySelector("p").textContent = text; fault.hidden = false; };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.hidden = true;
    const act = acts[form.dataset.passkey];
    const path = (step) => `${form.dataset.at}/${step}${form.dataset.query}`;
    const fields = Object.fromEntries(new FormData(form));
    try {
      const options = await post(path(act.ask), fields);
      if (options.next) return location.assign(options.next);
      if (options.said) return say(options.said);
      const response = closed(await act.use(opened(options)));
      const told = await post(path(act.send), { ...fields, response, next: form.dataset.next });
      if (told.next) location.assign(told.next);
      else say(told.said ?? form.dataset.refused);
    } catch { say(form.dataset.refused); } // the person said no, or has no such passkey
  });
}
