import { expect, test } from 'vitest';
import { guideSection } from '../../course/guide-section.ts';

const GUIDE = '# Title\n\n## One\n\nfirst\n\n### Part\n\nmore\n\n## Two\n\nsecond\n';

test('gives the text below a heading, up to the next of its level', () => {
  expect(guideSection(GUIDE, 'One')).toBe('first\n\n### Part\n\nmore');
  expect(guideSection(GUIDE, 'Two')).toBe('second');
});

test('gives nothing for a heading that is not there', () => {
  expect(guideSection(GUIDE, 'Three')).toBeUndefined();
});
