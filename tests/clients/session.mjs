// What the other scripts share: the facts they are given, a session that is signed in with client
// credentials ({"issuer","id","secret"}), and how a refusal is told (its status).
import { Session } from '@inrupt/solid-client-authn-node';

export const given = JSON.parse(process.argv[2]);

export async function signIn({ issuer, id, secret }) {
  const session = new Session();
  await session.login({
    oidcIssuer: issuer, clientId: id, clientSecret: secret, tokenType: 'DPoP',
  });
  return session;
}

export async function refusal(attempt) {
  try {
    await attempt();
    return null;
  } catch (error) {
    return error.statusCode ?? error.status ?? error.response?.status ?? error.message;
  }
}

export function tell(facts) {
  console.log(JSON.stringify(facts));
  process.exit(0);
}
