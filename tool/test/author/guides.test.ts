import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseGuide, readGuide } from '../../course/guide.ts';
import { findStep, listSteps } from '../../course/steps.ts';
import { root } from './root.ts';

const steps = listSteps(root);
const documents = [
  'README.md',
  'WORKSHOP.md',
  'DEVELOPERS.md',
  'tool/README.md',
  ...steps.map(({ folder }) => `steps/${folder}/README.md`),
];
const text = (file: string) => readFileSync(path.join(root, file), 'utf8');
const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };

describe.each(documents)('%s', (document) => {
  test('names only commands that exist', () => {
    const called = [...text(document).matchAll(/npm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g)].map(
      ([, script, own]) => script ?? own ?? '',
    );
    expect(called.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('names only steps that exist', () => {
    const called = [...text(document).matchAll(/npm run (?:step|check|hint|diff|solve|reset) (\d+)/g)].map(
      ([, number = '']) => number,
    );
    for (const number of called) expect(findStep(steps, number)).toBeDefined();
  });

  test('links only to files and headings that exist', () => {
    const links = [...text(document).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
      ([, link = '']) => link,
    );
    const broken = links.filter((link) => !resolves(document, link));
    expect(broken).toEqual([]);
  });
});

describe.each(steps.map((step) => ({ step, folder: step.folder })))('the guide of $folder', ({ step }) => {
  const guide = readGuide(step.dir);

  test('has a title, three levels of hints, and the sections of every guide', () => {
    expect(guide.title).toBeTruthy();
    expect(guide.hints).toHaveLength(3);
    expect(guide.anchors).toEqual(
      expect.arrayContaining([
        'what-to-do',
        'what-you-will-see',
        'what-you-just-learned',
        'further-reading',
        'hints',
      ]),
    );
  });

  test('has every section that its check points at', () => {
    const check = text(`checks/${step.folder}.check.ts`);
    const pointed = [...check.matchAll(/guide: '([^']+)'|sections: \{([^}]*)\}/g)].flatMap(
      ([, anchor, sections = '']) =>
        anchor ?? [...sections.matchAll(/: '([^']+)'/g)].map(([, one = '']) => one),
    );
    expect(guide.anchors).toEqual(expect.arrayContaining(pointed));
  });
});

function resolves(document: string, link: string): boolean {
  const [file, anchor] = link.split('#');
  const target = file ? path.join(root, path.dirname(document), file) : path.join(root, document);
  if (!existsSync(target)) return false;
  return !anchor || parseGuide(readFileSync(target, 'utf8')).anchors.includes(anchor);
}
