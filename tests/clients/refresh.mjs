// @inrupt/solid-client-authn-node with a refresh token. Given {"issuer","id","secret","refresh",
// "target"}.
import { Session } from '@inrupt/solid-client-authn-node';

const given = JSON.parse(process.argv[2]);
const session = new Session();
let rotated = null;
session.events.on('newRefreshToken', (token) => { rotated = token; });
session.events.on('newTokens', (tokens) => { rotated = tokens.refreshToken ?? rotated; });
await session.login({
  oidcIssuer: given.issuer,
  clientId: given.id,
  clientSecret: given.secret,
  refreshToken: given.refresh,
  tokenType: 'DPoP',
});
const got = await session.fetch(given.target);
console.log(JSON.stringify({ webid: session.info.webId, get: got.status, rotated }));
process.exit(0);
