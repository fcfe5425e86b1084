import { expect, onTestFinished, test } from 'vitest';
import { diagnose } from '../../check/diagnosis/diagnose.ts';
import { told } from '../../check/evidence.ts';
import { Lab } from '../../check/lab.ts';
import { freePort } from '../../runner/port.ts';
import { fixtureWorkshop } from '../fixtures/workshop.ts';

function labOf(app: string): Lab {
  const [target] = fixtureWorkshop(app).targets;
  const lab = new Lab(target?.dir ?? '');
  onTestFinished(() => lab.close());
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
  const port = await freePort();
  const lab = labOf(`${LISTENS}listen(${port});`);
  await expect(lab.start({ label: 'it listens elsewhere' })).rejects.toThrow();

  expect(diagnose(lab.evidence, [])).toMatchObject({
    id: 'app-never-listened',
    cause: expect.stringContaining(`The app listens on port ${port}, and not on the port`),
  });
});
