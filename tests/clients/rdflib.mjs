// rdflib: Fetcher and UpdateManager on one private document. Given the session's facts and
// {"folder"}; prints what is stored after each step.
import { Fetcher, graph, lit, st, sym, UpdateManager } from 'rdflib';
import { given, refusal, signIn, tell } from './session.mjs';

const session = await signIn(given);
const says = sym('https://ex.example/says');
const [doc, other] = [sym(`${given.folder}rdf.ttl`), sym(`${given.folder}other.ttl`)];
const [it, that] = [sym(`${doc.uri}#it`), sym(`${other.uri}#that`)];

function connect() {
  const store = graph();
  const fetcher = new Fetcher(store, { fetch: session.fetch });
  return { store, fetcher, updater: new UpdateManager(store) };
}

async function stored(document, subject) {
  const { store, fetcher } = connect(); // as somebody else would see it
  await fetcher.load(document);
  return store.each(subject, says, null, document).map((o) => o.value).sort();
}

const { store, fetcher, updater } = connect();
const found = {};

// put: the whole document from the store.
const one = st(it, says, lit('one'), doc);
await updater.put(doc, [one], 'text/turtle', () => {});
found.put = await stored(doc, it);
await fetcher.load(doc);
found.editable = updater.editable(doc, store);

// update: insert, insert and delete at once, delete.
await updater.update([], [st(it, says, lit('two'), doc)]);
found.inserted = await stored(doc, it);
await updater.update([one], [st(it, says, lit('uno "1"\n', 'it'), doc)]);
found.replaced = await stored(doc, it);
await updater.update([st(it, says, lit('two'), doc)], []);
found.deleted = await stored(doc, it);
// What is not there cannot be taken away.
found.absent = /409/.test(
  await refusal(() => updater.update([st(it, says, lit('never'), doc)], [])),
);

// A blank node is found by what is said about it.
await updater.update([], [
  st(it, sym('https://ex.example/knows'), store.bnode('b'), doc),
  st(store.bnode('b'), says, lit('blank'), doc),
]);
store.removeDocument(doc);
await fetcher.load(doc, { force: true });
const blank = store.any(it, sym('https://ex.example/knows'), null, doc);
const about = store.statementsMatching(blank, says, null, doc)[0];
await updater.update([about], [st(blank, says, lit('known'), doc)]);
found.blank = await (async () => {
  const seen = connect();
  await seen.fetcher.load(doc);
  return seen.store.statementsMatching(null, says, null, doc).map((one) => one.object.value).sort();
})();

// updateMany: two documents, one of them new.
await fetcher.load(other).catch(() => {});
await updater.updateMany([], [
  st(it, says, lit('many'), doc), st(that, says, lit('new'), other),
]);
found.many = [(await stored(doc, it)).includes('many'), await stored(other, that)];

// Where rdflib, in a browser, would hear of changes.
const { headers } = await session.fetch(doc.uri, { method: 'HEAD' });
found.updatesVia = headers.get('updates-via');

// Folders and files.
await fetcher.createContainer(given.folder, 'made');
await fetcher.webOperation('PUT', `${given.folder}made/file.txt`, {
  data: 'text', contentType: 'text/plain',
});
await fetcher.webCopy(`${given.folder}made/file.txt`, `${given.folder}made/copy.txt`, 'text/plain');
const folder = sym(`${given.folder}made/`);
await fetcher.load(folder);
found.contains = store.each(folder, sym('http://www.w3.org/ns/ldp#contains')).map((o) => o.uri).sort();
for (const path of ['made/copy.txt', 'made/file.txt', 'made/', 'other.ttl']) {
  await fetcher.delete(given.folder + path);
}
found.gone = (await session.fetch(folder.uri)).status;
tell(found);
