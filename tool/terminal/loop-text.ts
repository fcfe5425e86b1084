import { type Piece, renderLine, type Screen } from './line.ts';
import { renderMarkdown } from './markdown.ts';
import { widthOf, wrap } from './text.ts';

interface NamedStep {
  readonly number: number;
  readonly title: string;
}

export interface DoneText extends Screen {
  readonly step: NamedStep;
  /** The guide's section, markdown. */
  readonly learned?: string | undefined;
  readonly next?: NamedStep | undefined;
  /** Whether it was the last step of the course; a folder that is run by itself has no next one either. */
  readonly last: boolean;
  /** Whether `n` can be pressed. */
  readonly keys: boolean;
}

/** That a step is done, what was learned, and where to go on, which is left to the learner. */
export function renderDone({ step, learned, next, last, keys, ...screen }: DoneText): string {
  const line = (text: string, style: Piece['style']) => renderLine([{ text, style }], screen);
  const onward =
    next &&
    (keys
      ? `Press n for step ${next.number}: ${next.title}.`
      : `Next: ${next.title}, by npm run step ${next.number}.`);
  const end = onward ?? (last ? 'That was the last step.' : undefined);
  return [
    '',
    line(`Step ${step.number} is done: ${step.title}.`, ['green', 'bold']),
    ...(learned
      ? ['', line('What you just learned', 'bold'), renderMarkdown(learned, screen).trimEnd()]
      : []),
    ...(end ? ['', line(end, 'bold')] : []),
    '',
  ].join('\n');
}

export interface ListedStep extends NamedStep {
  readonly done: boolean;
  readonly here: boolean;
}

/** A line a step: which are done, and which one runs. */
export function renderStepList(steps: readonly ListedStep[], screen: Screen): string {
  const width = String(steps.at(-1)?.number).length;
  const lines = steps.map(({ number, title, done, here }) =>
    renderLine(
      [
        { text: here ? '→ ' : '  ', style: 'cyan' },
        { text: `${String(number).padStart(width)}  ` },
        { text: title, style: here ? 'bold' : undefined },
        {
          text: [done ? ' · done' : '', here ? ' · you are here' : ''].join(''),
          style: done ? 'green' : 'cyan',
        },
      ],
      screen,
    ),
  );
  return ['', ...lines, ''].join('\n');
}

/** A line a key. */
export function renderKeys(keys: readonly (readonly [key: string, help: string])[], screen: Screen): string {
  const lines = keys.map(([key, help]) =>
    renderLine([{ text: `  ${key.padEnd(8)}`, style: 'bold' }, { text: help }], screen),
  );
  return ['', ...lines, ''].join('\n');
}

/** The lines that are wider than the terminal broken between words, what is left of them indented. */
export function wrapLong(text: string, columns: number): string {
  const lines = text.split('\n').flatMap((line) => {
    if (widthOf(line) <= columns) return line;
    const [indent = ''] = /^ */.exec(line) ?? [];
    const [first = '', ...others] = wrap(line.slice(indent.length), columns - indent.length - HANG.length);
    return [indent + first, ...others.map((other) => indent + HANG + other)].map((part) => part.trimEnd());
  });
  return lines.join('\n');
}

const HANG = '    ';
