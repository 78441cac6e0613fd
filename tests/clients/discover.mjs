// openid-client: discovery alone, without any permission for plain HTTP. Given {"issuer"}.
import * as client from 'openid-client';
import { given, tell } from './session.mjs';

try {
  const config = await client.discovery(new URL(given.issuer), 'nobody');
  const { issuer, jwks_uri: keys, token_endpoint: tokens } = config.serverMetadata();
  tell({ issuer, keys: (await fetch(keys)).status, tokens });
} catch (error) {
  tell({ error: error.cause?.cause?.code ?? error.cause?.code ?? error.code ?? error.message });
}
