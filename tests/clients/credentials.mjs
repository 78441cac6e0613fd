// @inrupt/solid-client-authn-node with client credentials: reads and writes what is private.
// Given: {"issuer","id","secret","target"}. Prints what happened.
import { Session } from '@inrupt/solid-client-authn-node';

const given = JSON.parse(process.argv[2]);
const session = new Session();
await session.login({
  oidcIssuer: given.issuer,
  clientId: given.id,
  clientSecret: given.secret,
  tokenType: 'DPoP',
});
const put = await session.fetch(given.target, {
  method: 'PUT',
  headers: { 'content-type': 'text/turtle' },
  body: '<> <https://ex.example/says> "hi".',
});
const got = await session.fetch(given.target);
const nobody = await fetch(given.target);
console.log(JSON.stringify({
  webid: session.info.webId,
  signedIn: session.info.isLoggedIn,
  put: put.status,
  get: got.status,
  rights: got.headers.get('wac-allow'),
  public: nobody.status,
}));
process.exit(0);
