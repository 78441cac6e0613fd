// @comunica/query-sparql-solid: SELECT over a private document, INSERT and DELETE into it, and into
// one that does not exist yet. Given the session's facts and {"folder"}.
import { QueryEngine } from '@comunica/query-sparql-solid';
import { given, signIn, tell } from './session.mjs';

const session = await signIn(given);
const engine = new QueryEngine();
const [doc, made] = [`${given.folder}comunica.ttl`, `${given.folder}comunica-made.ttl`];
await session.fetch(doc, {
  method: 'PUT', headers: { 'content-type': 'text/turtle' },
  body: '<#it> <https://ex.example/says> "one", "two".',
});

async function says(fetch, source = doc) {
  await engine.invalidateHttpCache();
  const rows = await engine.queryBindings(
    'SELECT ?text WHERE { ?it <https://ex.example/says> ?text } ORDER BY ?text',
    { sources: [source], fetch },
  );
  return (await rows.toArray()).map((row) => row.get('text').value);
}

async function change(text, target = doc) {
  await engine.invalidateHttpCache();
  await engine.queryVoid(text, {
    sources: [target], destination: target, fetch: session.fetch,
  });
}

const found = { select: await says(session.fetch) };
found.stranger = await says(fetch).catch((error) => error.message);
await change(`INSERT DATA { <${doc}#it> <https://ex.example/says> "three" }`);
found.inserted = await says(session.fetch);
await change(`DELETE { ?s ?p "one" } INSERT { ?s ?p "uno" } WHERE { ?s ?p "one" }`);
found.replaced = await says(session.fetch);
await change(`DELETE DATA { <${doc}#it> <https://ex.example/says> "two" }`);
found.deleted = await says(session.fetch);
await change(`INSERT DATA { <${made}#it> <https://ex.example/says> "new" }`, made)
  .catch((error) => { found.error = error.message; });
found.made = await says(session.fetch, made).catch((error) => error.message);
tell(found);
