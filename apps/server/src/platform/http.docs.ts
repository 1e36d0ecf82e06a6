// The documentation page of the API, served from our own origin with swagger-ui's files.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '@jishi/contract';
import { fail } from './fail.ts';
import { openApi } from './http.openapi.ts';
import { API_PREFIX } from './http.request.ts';

const ui = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>集市 · 接口文档</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '${API_PREFIX}/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null,
  docExpansion: 'none', filter: true, displayOperationId: true,
});
`;

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src data:";

/** Call after every door is bound; the document is made on first demand. */
export function addDocs(fastify: FastifyInstance, endpoints: readonly Endpoint[], publicUrl: string): void {
  let text: string | undefined;
  fastify.get(`${API_PREFIX}/openapi.json`, async (_request, reply) => {
    text ??= JSON.stringify(openApi(endpoints, publicUrl));
    return reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(text);
  });
  fastify.get('/api/docs', async (_request, reply) =>
    reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(PAGE),
  );
  fastify.get('/api/docs/:file', async (request, reply) => {
    const { file } = request.params as { file: string };
    if (file === 'start.js') return reply.type('text/javascript; charset=utf-8').send(START);
    const type = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (type === undefined) fail('route.not_found');
    return reply
      .header('cache-control', 'public, max-age=86400')
      .type(type)
      .send(await readFile(path.join(ui, file)));
  });
}
