// solid-file-client: whole folders, with their rules. Given the session's facts and {"folder"}.
import FileClient from 'solid-file-client';
import { given, refusal, signIn, tell } from './session.mjs';

const session = await signIn(given);
const files = new FileClient({ fetch: session.fetch });
const [from, to] = [`${given.folder}from/`, `${given.folder}to/`];
const found = {};

await files.createFolder(from);
await files.createFile(`${from}deep/er/data.ttl`, '<#a> <https://ex.example/p> "é".', 'text/turtle');
await files.createFile(`${from}deep/note.txt`, 'text', 'text/plain');
await files.createFile(`${from}an image.png`, new Blob([new Uint8Array(70000)]), 'image/png');
await files.createFile(`${from}deep/note.txt.acl`, `
  @prefix acl: <http://www.w3.org/ns/auth/acl#>.
  <#me> a acl:Authorization; acl:agent <${session.info.webId}>; acl:accessTo <./note.txt>;
    acl:mode acl:Read, acl:Write, acl:Control.
  <#all> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>;
    acl:accessTo <./note.txt>; acl:mode acl:Read.
`, 'text/turtle');
const listed = async (address) => {
  const { folders, files: leaves } = await files.readFolder(address);
  return [...folders, ...leaves].map((one) => one.url.slice(address.length)).sort();
};
found.listed = await listed(from);
found.deep = await listed(`${from}deep/`);

await files.copyFolder(from, to, { withAcl: true });
found.copied = [await listed(to), await listed(`${to}deep/`), await listed(`${to}deep/er/`)];
found.text = await files.readFile(`${to}deep/er/data.ttl`);
found.size = (await files.readFile(`${to}an image.png`)).size;
found.publicNote = (await fetch(`${to}deep/note.txt`)).status;
found.publicData = (await fetch(`${to}deep/er/data.ttl`)).status;

await files.move(`${to}deep/note.txt`, `${to}moved.txt`);
found.moved = [await files.itemExists(`${to}deep/note.txt`), await files.itemExists(`${to}moved.txt`)];
await files.move(`${to}deep/`, `${to}depth/`);
found.movedFolder = [await files.itemExists(`${to}deep/`), await listed(`${to}depth/er/`)];

found.notEmpty = await refusal(() => files.delete(to));
await files.deleteFolder(from);
await files.deleteFolder(to);
found.gone = [await files.itemExists(from), await files.itemExists(to)];
tell(found);
