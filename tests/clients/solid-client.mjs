// @inrupt/solid-client: a profile, datasets, containers, files, who has access. Given the session's
// facts and {"folder", "friend"}; prints what it found.
import {
  addStringNoLocale, buildThing, createContainerAt, createContainerInContainer,
  createSolidDataset, createThing, deleteContainer, deleteFile, deleteSolidDataset,
  getContainedResourceUrlAll, getContentType, getEffectiveAccess, getFile, getPodUrlAll,
  getPublicAccess, getResourceInfo, getResourceInfoWithAcl, getSolidDataset, getSourceUrl,
  getStringNoLocale, getThing, getThingAll, getUrl, getUrlAll, getFileWithAcl,
  createAclFromFallbackAcl, hasFallbackAcl, hasResourceAcl, overwriteFile, removeStringNoLocale,
  removeThing, saveAclFor, saveFileInContainer, saveSolidDatasetAt, saveSolidDatasetInContainer,
  setAgentResourceAccess, setStringNoLocale, setThing, universalAccess,
} from '@inrupt/solid-client';
import { given, refusal, signIn, tell } from './session.mjs';

const SAYS = 'https://ex.example/says';
const { folder, friend } = given;
const session = await signIn(given);
const { fetch } = session;
const webid = session.info.webId;
const found = {};

// The profile, and where its owner's storage is.
const profile = await getSolidDataset(webid, { fetch });
found.pods = await getPodUrlAll(webid, { fetch });
found.issuers = getUrlAll(getThing(profile, webid), 'http://www.w3.org/ns/solid/terms#oidcIssuer');
found.inbox = getUrl(getThing(profile, webid), 'http://www.w3.org/ns/ldp#inbox');

// Containers: made where it is said, and where the server says.
await createContainerAt(folder, { fetch });
const slugged = await createContainerInContainer(folder, { fetch, slugSuggestion: 'inner' });
found.inner = getSourceUrl(slugged);

// A dataset: made, changed with a patch that is worked out from the changes, read again.
const address = `${folder}data.ttl`;
let data = setThing(
  createSolidDataset(),
  buildThing(createThing({ name: 'it' })).addStringNoLocale(SAYS, 'one').build(),
);
const first = await saveSolidDatasetAt(address, data, { fetch });
found.createdTwice = await refusal(() => saveSolidDatasetAt(address, data, { fetch }));
let thing = getThing(first, `${address}#it`);
thing = addStringNoLocale(removeStringNoLocale(thing, SAYS, 'one'), SAYS, 'two');
await saveSolidDatasetAt(address, setThing(first, thing), { fetch });
data = await getSolidDataset(address, { fetch });
found.says = getStringNoLocale(getThing(data, `${address}#it`), SAYS);
// The one read before that change still wants to take "one" away: it conflicts.
thing = setStringNoLocale(getThing(first, `${address}#it`), SAYS, 'three');
found.stalePatch = await refusal(() => saveSolidDatasetAt(address, setThing(first, thing), { fetch }));
await saveSolidDatasetAt(address, removeThing(data, `${address}#it`), { fetch });
found.things = getThingAll(await getSolidDataset(address, { fetch })).length;
const placed = await saveSolidDatasetInContainer(folder, createSolidDataset(), {
  fetch, slugSuggestion: 'placed.ttl',
});
found.placed = getSourceUrl(placed);

// Files: overwritten, with If-Match too, read, placed by the server.
const file = `${folder}picture.bin`;
await overwriteFile(file, new Blob([new Uint8Array([1, 2, 3])]), {
  fetch, contentType: 'application/octet-stream',
});
const { headers } = await fetch(file, { method: 'HEAD' });
const matching = (etag) => (target, init) => fetch(target, {
  ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), 'If-Match': etag },
});
const over = (etag, bytes) => overwriteFile(file, new Blob([new Uint8Array(bytes)]), {
  fetch: matching(etag), contentType: 'application/octet-stream',
});
await over(headers.get('etag'), [4, 5, 6, 7]);
found.conflict = await refusal(() => over(headers.get('etag'), [8]));
const read = await getFile(file, { fetch });
found.file = [getContentType(read), ...new Uint8Array(await read.arrayBuffer())];
const saved = await saveFileInContainer(folder, new Blob(['hi'], { type: 'text/plain' }), {
  fetch, slug: 'note.txt',
});
found.note = getSourceUrl(saved);
found.listed = getContainedResourceUrlAll(await getSolidDataset(folder, { fetch })).sort();

// Who has access: what the header says, and two ways to change it.
const info = await getResourceInfo(file, { fetch });
found.effective = getEffectiveAccess(info);
await universalAccess.setAgentAccess(file, friend, { read: true }, { fetch });
found.friend = await universalAccess.getAgentAccess(file, friend, { fetch });
found.mine = await universalAccess.getAgentAccess(file, webid, { fetch });
await universalAccess.setPublicAccess(file, { read: true }, { fetch });
found.public = (await globalThis.fetch(file)).status;
await universalAccess.setPublicAccess(file, { read: false }, { fetch });
found.private = (await globalThis.fetch(file)).status;
found.publicAccess = await universalAccess.getPublicAccess(file, { fetch });

const note = await getResourceInfoWithAcl(found.note, { fetch });
found.ownAcl = hasResourceAcl(note);
if (hasFallbackAcl(note)) {
  let rules = createAclFromFallbackAcl(note);
  rules = setAgentResourceAccess(rules, friend, {
    read: true, append: true, write: false, control: false,
  });
  await saveAclFor(note, rules, { fetch });
}
const ruled = await getFileWithAcl(found.note, { fetch });
found.ruled = [hasResourceAcl(ruled), getPublicAccess(ruled)?.read];

// And away with it all.
await deleteFile(file, { fetch });
await deleteFile(found.note, { fetch });
await deleteSolidDataset(address, { fetch });
await deleteSolidDataset(found.placed, { fetch });
found.notEmpty = await refusal(() => deleteContainer(folder, { fetch }));
await deleteContainer(found.inner, { fetch });
await deleteContainer(folder, { fetch });
found.gone = await refusal(() => getSolidDataset(folder, { fetch }));
tell(found);
