// @inrupt/solid-client-authn-node, signed in at one server, makes requests to another. Given the
// session's facts and {"asked": [{"method","url","body","type"}]}; prints the status and the text
// of each answer.
import { given, signIn, tell } from './session.mjs';

const session = await signIn(given);
const answers = [];
for (const { method, url, body, type } of given.asked) {
  const answer = await session.fetch(url, {
    method, body, headers: body === undefined ? {} : { 'content-type': type ?? 'text/turtle' },
  });
  answers.push([answer.status, answer.ok ? await answer.text() : null]);
}
tell({ webid: session.info.webId, answers });
