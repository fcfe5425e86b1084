import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundleOnce, bundlePage } from '../../console/server/bundle.ts';
import { fixtureApp } from '../fixtures/apps.ts';
import { Served } from './serve.ts';

const PAGE = `
import './page.css';
import { render } from 'preact';
render(<main>Hello</main>, document.body);
`;

describe('the page', () => {
  test('is bundled from its sources, with all that it needs', async () => {
    const served = await Served.start({ bundle: bundlePage });
    const script = await served.ask('/client.js');
    const styles = await served.ask('/client.css');
    expect([script.status, script.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect([styles.status, styles.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
    expect(script.text).not.toMatch(/^import /m);
    expect(script.text).not.toMatch(/\beval\(|new Function\(/);
  });

  test('loads script and styles of this server alone, none of them inline', async () => {
    const served = await Served.start();
    const { text } = await served.ask('/');
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) =>
      url.replace(/^data:.*/, 'data:'),
    );
    expect(loaded).toEqual(['data:', '/client.css', '/client.js']);
    expect(text).not.toMatch(/<style|<script(?! type="module" src)| on\w+=| style=/);
  });

  test('is bundled when first asked for, and once', async () => {
    let times = 0;
    const bundle = async () => ({ script: String(++times), styles: '' });
    const served = await Served.start({ bundle });
    expect(times).toBe(0);
    const answers = await Promise.all([
      served.ask('/client.js'),
      served.ask('/client.css'),
      served.ask('/client.js'),
    ]);
    expect(answers.map(({ text }) => text)).toEqual(['1', '', '1']);
  });

  test('that does not compile says why, and is bundled anew once it is mended', async () => {
    const dir = fixtureApp({ 'main.tsx': PAGE });
    const bundle = bundleOnce(() => bundlePage(path.join(dir, 'main.tsx')));
    await expect(bundle()).rejects.toThrow('Could not resolve "./page.css"');
    writeFileSync(path.join(dir, 'page.css'), 'main { color: red; }');

    const { script, styles } = await bundle();
    expect(script).toContain('Hello');
    expect(styles.trim()).toBe('main{color:red}');
  });
});
