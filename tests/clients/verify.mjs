// @solid/access-token-verifier on our tokens: given [{authorization, proof, method, url}], prints
// for each the WebID that it finds, or the error.
import { createSolidTokenVerifier } from '@solid/access-token-verifier';

const verify = createSolidTokenVerifier();
const found = [];
for (const one of JSON.parse(process.argv[2])) {
  try {
    const { webid, client_id: client } = await verify(one.authorization, {
      header: one.proof, method: one.method, url: one.url,
    });
    found.push({ webid, client });
  } catch (error) {
    found.push({ error: error.message });
  }
}
console.log(JSON.stringify(found));
process.exit(0);
