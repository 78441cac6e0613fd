// openid-client: discovery, registration and the code flow with PKCE and DPoP. Given
// {"issuer","redirect"}; writes {"address"} for the browser, reads where the browser came back to
// from standard input, and prints what it got.
import { createInterface } from 'node:readline';
import * as client from 'openid-client';

const given = JSON.parse(process.argv[2]);
const insecure = { execute: [client.allowInsecureRequests] };
const config = await client.dynamicClientRegistration(
  new URL(given.issuer),
  {
    redirect_uris: [given.redirect],
    client_name: 'openid-client',
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: given.alg,
  },
  undefined,
  insecure,
);
const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: given.redirect,
  scope: 'openid webid offline_access',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
});
console.log(JSON.stringify({ address: address.href }));
const back = await new Promise((resolve) => {
  createInterface({ input: process.stdin }).once('line', resolve);
});
const first = await client.authorizationCodeGrant(
  config,
  new URL(back),
  { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce },
  undefined,
  { DPoP },
);
const second = await client.refreshTokenGrant(config, first.refresh_token, undefined, { DPoP });
const { sub } = first.claims();
const user = await client.fetchUserInfo(config, second.access_token, sub, { DPoP });
await client.tokenRevocation(config, second.refresh_token);
let ended = false;
try {
  await client.refreshTokenGrant(config, second.refresh_token, undefined, { DPoP });
} catch (error) {
  ended = error.error;
}
console.log(JSON.stringify({ sub, webid: first.claims().webid, user, ended }));
process.exit(0);
