import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { acceptingHost, choosePort, choosePorts, untilAccepting } from '../../runner/port.ts';
import { heldPort } from '../fixtures/held-port.ts';

async function listen(host: string, port = 0): Promise<number> {
  const server = net.createServer((socket) => socket.destroy()).listen(port, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

test('chooses the preferred port when it is free', async () => {
  const port = await heldPort();

  expect(await choosePort(port)).toEqual({ port, replaced: false });
});

test.each(['127.0.0.1', '0.0.0.0', '::1', '::'])(
  'chooses another port when the preferred one is taken on %s',
  async (host) => {
    const taken = await listen(host);
    const choice = await choosePort(taken);

    expect(choice.replaced).toBe(true);
    expect(choice.port).not.toBe(taken);
  },
);

test('chooses any free port for 0', async () => {
  expect(await choosePort(0)).toMatchObject({ replaced: false });
});

test('chooses different ports for the same wish', async () => {
  const port = await heldPort();
  const { one, two } = await choosePorts({ one: port, two: port });

  expect(one.port).toBe(port);
  expect(two.port).not.toBe(port);
});

test('tells the address on which a port starts to accept', async () => {
  const port = await heldPort();
  const accepting = untilAccepting(port, { boundMs: 10_000, signal: new AbortController().signal });
  expect(await acceptingHost(port)).toBeUndefined();
  await listen('127.0.0.1', port);

  expect(await accepting).toBe('127.0.0.1');
});

test('looks again when it is told to, also during a try', async () => {
  const never = { boundMs: 60_000, signal: new AbortController().signal, retryMs: 60_000 };
  for (const pauseMs of [0, 50]) {
    const port = await heldPort();
    const hints = new EventTarget();
    const accepting = untilAccepting(port, { ...never, hints });
    await delay(pauseMs);
    await listen('127.0.0.1', port);
    hints.dispatchEvent(new Event('look'));

    expect(await accepting).toBe('127.0.0.1');
  }
});

test('stops waiting for a port after the bound, and when told so', async () => {
  const port = await heldPort();

  expect(await untilAccepting(port, { boundMs: 20, signal: new AbortController().signal })).toBeUndefined();
  expect(await untilAccepting(port, { boundMs: 60_000, signal: AbortSignal.timeout(20) })).toBeUndefined();
});
