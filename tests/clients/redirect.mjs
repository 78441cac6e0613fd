// The app that a browser loads in the tests: @inrupt/solid-client-authn-browser, unmodified.
// /?issuer=…&target=… signs in; back from there it reads and writes `target` and shows the result.
import { Session } from '@inrupt/solid-client-authn-browser';

const shown = (facts) => { document.getElementById('result').textContent = JSON.stringify(facts); };
const asked = new URLSearchParams(location.search);
const session = new Session({ clientAuthentication: undefined }, 'test-session');
try {
  if (asked.has('issuer')) {
    sessionStorage.setItem('target', asked.get('target'));
    await session.login({
      oidcIssuer: asked.get('issuer'),
      redirectUrl: new URL('/', location.href).href,
      clientName: 'Browser app',
      ...(asked.has('client') ? { clientId: asked.get('client') } : {}),
    });
  } else {
    await session.handleIncomingRedirect({ url: location.href });
    const target = sessionStorage.getItem('target');
    const put = await session.fetch(target, {
      method: 'PUT', headers: { 'content-type': 'text/turtle' }, body: '<> a <https://ex.example/T>.',
    });
    const got = await session.fetch(target);
    const rules = await session.fetch(`${target}.acl`);
    shown({
      webid: session.info.webId, put: put.status, get: got.status,
      rights: got.headers.get('wac-allow'), rules: rules.status,
    });
  }
} catch (error) {
  shown({ error: `${error.message}\n${error.stack}` });
}
