import { describe, expect, test } from 'vitest';
import { parseGuide } from '../../course/guide.ts';

const GUIDE = `# Step 3: let \`http\` *trace* itself

Text.

## What you'll see: a tree!

\`\`\`sh
# not a heading
\`\`\`

## Hints
<a id="hook"></a>

<details>
<summary>Where to begin</summary>

Look at \`tracing.ts\`.

</details>
<details><summary>More</summary>
Call <code>register</code>.
</details>

## Hints
### [The hook](https://example.org) & order_of imports ##
`;

describe('a guide', () => {
  test('has the first heading as its title', () => {
    expect(parseGuide(GUIDE).title).toBe('Step 3: let http trace itself');
    expect(parseGuide('## Only a section\n').title).toBeUndefined();
  });

  test('has its details blocks as hints, in order', () => {
    expect(parseGuide(GUIDE).hints).toEqual([
      { summary: 'Where to begin', body: 'Look at `tracing.ts`.' },
      { summary: 'More', body: 'Call <code>register</code>.' },
    ]);
  });

  test("has GitHub's slugs of its headings, and its own anchors, to point at", () => {
    expect(parseGuide(GUIDE).anchors).toEqual([
      'step-3-let-http-trace-itself',
      'what-youll-see-a-tree',
      'hints',
      'hints-1',
      'the-hook--order_of-imports',
      'hook',
    ]);
  });

  test('reads the same with the line ends of Windows', () => {
    const { markdown, ...parts } = parseGuide(GUIDE.replaceAll('\n', '\r\n'));
    expect({ markdown, ...parts }).toEqual(parseGuide(GUIDE));
  });
});
