import { describe, expect, test } from 'vitest';
import { renderGuide } from '../../console/server/guide-html.ts';
import { readGuide } from '../../course/guide.ts';
import { listSteps } from '../../course/steps.ts';
import { ROOT } from './serve.ts';

/** All that a guide may be made of; anything else would be a tag or an attribute that somebody smuggled in. */
const TAG =
  /<(?:\/?(?:p|h[1-6]|ul|ol|li|em|strong|del|code|pre|span|blockquote|table|thead|tbody|tr|th|td|details|summary|a)|hr|br|h[1-6] id="guide-[\w-]*"|a id="guide-[\w-]+"|a href="(?:https?:|#guide-)[^"<>]*"(?: target="_blank" rel="noopener noreferrer")?|span class="(?:hljs-[\w- ]+|file)"(?: title="[^"<>]*")?|pre tabindex="0"|code class="hljs"|ol start="\d+"|t[hd] align="\w+")>/g;

function expectHarmless(html: string): void {
  expect(html.replace(TAG, '')).not.toMatch(/[<>]/);
}

describe('a guide as HTML', () => {
  test.for(listSteps(ROOT))('of step $number has every anchor that the terminal knows', ({ dir }) => {
    const { markdown, anchors } = readGuide(dir);
    const html = renderGuide(markdown);
    const ids = [...html.matchAll(/ id="guide-([^"]+)"/g)].map(([, id]) => id);
    expect(ids.toSorted()).toEqual(anchors.toSorted());
    expectHarmless(html);
  });

  test('keeps its hints folded', () => {
    const markdown = '<details>\n<summary>Hint 1: a nudge</summary>\n\nLook at `tracing.ts`.\n\n</details>\n';
    expect(renderGuide(markdown).replaceAll('\n', '')).toBe(
      '<details><summary>Hint 1: a nudge</summary><p>Look at <code>tracing.ts</code>.</p></details>',
    );
  });

  test('colours TypeScript, and shows other code as it is', () => {
    expect(renderGuide('```ts\nconst a = "<b>";\n```')).toBe(
      '<pre tabindex="0"><code class="hljs"><span class="hljs-keyword">const</span> a = <span class="hljs-string">&quot;&lt;b&gt;&quot;</span>;</code></pre>\n',
    );
    expect(renderGuide('```"><script>\n<b>&amp;\n```')).toBe(
      '<pre tabindex="0"><code>&lt;b&gt;&amp;amp;</code></pre>\n',
    );
  });

  test('links to http and https, and within itself', () => {
    expect(renderGuide('[a](https://opentelemetry.io/?a=1&b="2")')).toBe(
      '<p><a href="https://opentelemetry.io/?a=1&amp;b=&quot;2&quot;" target="_blank" rel="noopener noreferrer">a</a></p>\n',
    );
    expect(renderGuide('[what to do](#what-to-do)')).toBe(
      '<p><a href="#guide-what-to-do">what to do</a></p>\n',
    );
  });

  test.for(['../../WORKSHOP.md', 'app.ts', '/etc/passwd', '//evil.example/x', './a"onclick="x'])(
    'names the file that a link is for, and leads nowhere: %s',
    (href) => {
      const html = renderGuide(`[the file](<${href}>)`);
      expect(html).toMatch(/^<p><span class="file" title="[^"]+">the file<\/span><\/p>\n$/);
    },
  );

  test.for([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java&#10;script:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'vscode://file/etc/passwd',
    'blob:http://localhost/x',
  ])('makes no link of %s', (address) => {
    const html = renderGuide(`[click](${address}) [click](<${address}>) <${address}>`);
    expect(html).not.toContain('href');
    expectHarmless(html);
  });

  test.for([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'text <img src=x onerror=alert(1)> text',
    '<svg/onload=alert(1)>',
    '<iframe src="https://evil.example"></iframe>',
    '<style>* { display: none }</style>',
    '<base href="https://evil.example">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<form action="https://evil.example"><button>x</button></form>',
    '<details open ontoggle=alert(1)>',
    '<details\n  ontoggle="alert(1)"\n>',
    '<details><summary onclick=alert(1)>x</summary>',
    '<details><summary>x</summary><img src=x onerror=alert(1)></details>',
    '<details><summary><img src=x onerror=alert(1)></summary>',
    '<a id="x" onclick="alert(1)">x</a>',
    '<a id="x\'onclick=alert(1)">x</a>',
    '<a href="javascript:alert(1)">x</a>',
    '<a name=app>x</a>',
    '<!-- <img src=x onerror=alert(1)> -->',
    '<![CDATA[<img src=x onerror=alert(1)>]]>',
    '<?php echo 1 ?>',
    '<!doctype html>',
    '![x" onerror="alert(1)](https://evil.example/x.png "y")',
    '[x](https://evil.example "t\\" onclick=\\"alert(1)")',
    '# <img src=x onerror=alert(1)> "onclick="x',
    '`<img src=x onerror=alert(1)>`',
    '```ts\n</code></pre><img src=x onerror=alert(1)>\n```',
    '```html\n<script>alert(1)</script>\n```',
    '| <img src=x onerror=alert(1)> | b |\n|:-:|---|\n| <script>x</script> | [x](javascript:x) |',
    '- [ ] <img src=x onerror=alert(1)>\n> <script>x</script>',
    '&lt;img src=x onerror=alert(1)&gt;',
    'https://evil.example/"onmouseover="alert(1)',
    '[a]: javascript:alert(1) "x"\n\n[a]',
    '</details></details><details>',
  ])('shows as text what is not a guide: %s', (markdown) => {
    expectHarmless(renderGuide(markdown));
  });

  test('numbers headings of the same name for each guide anew', () => {
    for (let times = 0; times < 2; times++) {
      expect(renderGuide('# A\n\n# A')).toBe('<h1 id="guide-a">A</h1>\n<h1 id="guide-a-1">A</h1>\n');
    }
  });
});
