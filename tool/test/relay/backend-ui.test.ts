import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findBackendUi, UIS } from '../../relay/backend-ui.ts';
import { heldPort } from '../fixtures/held-port.ts';
import { until } from '../fixtures/wait.ts';

const TRACE_ID = '5b8efff798038103d269b633813fc60c';

async function serve(port: number, answers: Record<string, string>): Promise<number> {
  const server = http.createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  server.listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** The known pages, all looked for in one port. */
const uisAt = (port: number) => UIS.map((ui) => ({ ...ui, port }));

describe('the link to a trace', () => {
  test.each([
    ['Jaeger', { '/api/services': '{"data":["shop"],"total":1}' }, `/trace/${TRACE_ID}`],
    ['Jaeger', { '/api/services': '{"data":null,"total":0}' }, `/trace/${TRACE_ID}`],
    ['Zipkin', { '/api/v2/services': '["shop"]' }, `/zipkin/traces/${TRACE_ID}`],
  ])('leads to %s', async (name, answers, path) => {
    const port = await serve(0, answers);
    const ui = findBackendUi({ uis: uisAt(port) });
    await until(() => ui.link(TRACE_ID) !== undefined);
    expect(ui.link(TRACE_ID)).toEqual({ name, url: `http://localhost:${port}${path}` });
  });

  test('leads to the trace in Explore of Grafana', async () => {
    const port = await serve(0, { '/api/health': '{"database":"ok","version":"13.0.0"}' });
    const ui = findBackendUi({ uis: uisAt(port) });
    await until(() => ui.link(TRACE_ID) !== undefined);
    const { name, url } = ui.link(TRACE_ID) ?? { name: '', url: '' };

    expect(name).toBe('Grafana');
    expect(url).not.toMatch(/["{}\s]/);
    const { pathname, searchParams } = new URL(url);
    expect(pathname).toBe('/explore');
    expect(JSON.parse(searchParams.get('panes') ?? '')).toEqual({
      trace: {
        datasource: 'tempo',
        queries: [
          { refId: 'A', datasource: { type: 'tempo', uid: 'tempo' }, queryType: 'traceql', query: TRACE_ID },
        ],
        range: { from: 'now-1h', to: 'now' },
      },
    });
  });

  test('is found when the pages come up later', async () => {
    const port = await heldPort();
    let now = 0;
    const ui = findBackendUi({ uis: uisAt(port), now: () => now });
    expect(ui.link(TRACE_ID)).toBe(undefined);
    await serve(port, { '/api/v2/services': '[]' });
    await until(() => {
      now += 6000;
      return ui.link(TRACE_ID) !== undefined;
    });
    expect(ui.link(TRACE_ID)).toMatchObject({ name: 'Zipkin' });
  });

  test('is not made for another program in the port', async () => {
    let asked = 0;
    const server = http.createServer((_request, response) => {
      asked += 1;
      response.end('<html></html>');
    });
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const ui = findBackendUi({ uis: uisAt((server.address() as AddressInfo).port), now: () => 0 });
    await until(() => asked === UIS.length);
    expect(ui.link(TRACE_ID)).toBe(undefined);
  });
});
