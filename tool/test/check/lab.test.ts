import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { diagnose } from '../../check/diagnosis/diagnose.ts';
import { told } from '../../check/evidence.ts';
import { Lab } from '../../check/lab.ts';
import { heldPort } from '../fixtures/held-port.ts';
import { fixtureWorkshop } from '../fixtures/workshop.ts';

/** Tests that run at once hand over their own `onTestFinished`. */
function labOf(app: string, finished = onTestFinished): Lab {
  const [target] = fixtureWorkshop(app).targets;
  const lab = new Lab(target?.dir ?? '');
  finished(() => lab.close());
  return lab;
}

const LISTENS = `import http from 'node:http';
const listen = (port) => http.createServer((_request, response) => response.end('ok')).listen(port, '127.0.0.1');
`;

test('hears from the app that it listens', async () => {
  const lab = labOf(`${LISTENS}listen(process.env.PORT);`);
  const run = await lab.start({ label: 'it listens' });

  expect(told(run, 'listening')).toEqual([{ type: 'listening', port: run.ports.app }]);
});

test('waits for an app that listens somewhere else before', async () => {
  const lab = labOf(`${LISTENS}listen(0); setTimeout(() => listen(process.env.PORT), 1500);`);
  const run = await lab.start({ label: 'it listens twice' });

  expect(told(run, 'listening').map(({ port }) => port)).toEqual([expect.any(Number), run.ports.app]);
});

// The bound for a start is longer than a test may take.
test('soon gives up an app that waits for something that never comes', async () => {
  const lab = labOf('await new Promise((resolve) => setTimeout(resolve, 1e9));');
  await expect(lab.start({ label: 'it hangs' })).rejects.toThrow('its port still refuses connections');

  expect(diagnose(lab.evidence, [])).toMatchObject({
    id: 'app-never-listened',
    cause: expect.stringContaining('nothing listens on the port'),
  });
});

test('soon gives up an app that listens elsewhere, and says where', async () => {
  const port = await heldPort();
  const lab = labOf(`${LISTENS}listen(${port});`);
  await expect(lab.start({ label: 'it listens elsewhere' })).rejects.toThrow();

  expect(diagnose(lab.evidence, [])).toMatchObject({
    id: 'app-never-listened',
    cause: expect.stringContaining(`The app listens on port ${port}, and not on the port`),
  });
});

const ANSWERS = `import http from 'node:http';
const later = (path) => new Promise((resolve) => http.get(process.env.UPSTREAM_URL + path, (answer) => answer.resume().once('end', resolve)));
const answers = {
  '/at-once': async () => {},
  '/never': () => new Promise(() => {}),
  '/by-a-timer': () => new Promise((resolve) => setTimeout(resolve, 3000)),
  '/by-the-upstream': () => later('/delay/20'),
  '/by-its-body': (request) => request.resume().toArray(),
};
http.createServer(async (request, response) => {
  await answers[request.url](request);
  response.end('ok');
}).listen(process.env.PORT, '127.0.0.1');
`;

describe.concurrent('an app that waits', () => {
  test('for nothing is soon given up', async ({ onTestFinished }) => {
    const run = await labOf(ANSWERS, onTestFinished).start({ label: 'it forgets a request' });
    const [never, atOnce] = await Promise.all([run.get('/never'), run.get('/at-once')]);

    expect(never.outcome).toEqual({ kind: 'no-answer' });
    expect(atOnce.outcome).toMatchObject({ kind: 'answered', status: 200 });
    expect(told(run, 'unanswered')).toEqual([{ type: 'unanswered', ids: [never.id] }]);
    expect(diagnose({ runs: [run] }, [])).toMatchObject({
      id: 'app-froze',
      cause: expect.stringContaining('it waits for nothing'),
    });
  });

  test.for(['/by-a-timer', '/by-the-upstream'])(
    'for something is not: %s',
    async (path, { onTestFinished }) => {
      const run = await labOf(ANSWERS, onTestFinished).start({ label: 'it takes its time' });
      const { outcome } = await run.get(path);

      expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
      expect(told(run, 'unanswered')).toEqual([]);
    },
  );

  test('for nothing when it should end is soon killed', async ({ onTestFinished }) => {
    const run = await labOf(`${ANSWERS} process.on('SIGTERM', () => {});`, onTestFinished).start({
      label: 'it stays',
    });
    await run.get('/at-once');

    expect(await run.stop()).toMatchObject({ killed: true });
    expect(run.stopped?.ms).toBeLessThan(8_000);
  });

  test('for something before it ends is not', async () => {
    const end = "process.on('SIGTERM', () => setTimeout(() => process.exit(), 4000));";
    const run = await labOf(`${ANSWERS} ${end}`, onTestFinished).start({ label: 'it takes its time' });
    await run.get('/at-once');

    expect(await run.stop()).toMatchObject({ code: 0, killed: false });
  });

  test('for the rest of a request is not', async ({ onTestFinished }) => {
    const run = await labOf(ANSWERS, onTestFinished).start({ label: 'it is given a body late' });
    const { outcome } = await run.post('/by-its-body', {}, { beforeBody: () => delay(3000) });

    expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    expect(told(run, 'unanswered')).toEqual([]);
  });
});
