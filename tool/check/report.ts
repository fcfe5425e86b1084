import { styleText } from 'node:util';
import { wrap } from '../terminal/text.ts';
import type { Failure } from './define.ts';
import type { AssertionResult, CheckResult } from './run.ts';

export interface ReportOptions {
  readonly colour: boolean;
  readonly columns: number;
  /** The step's number and title. */
  readonly step: { readonly number: number; readonly title: string };
  /** The guide's path as the learner sees it, for the section to read. */
  readonly guidePath: string;
}

/** The verdict on one step: the first failure in full, later ones in a line. */
export function renderReport(
  result: CheckResult,
  { colour, columns, step, guidePath }: ReportOptions,
): string {
  const paint = painter(colour);
  const first = result.assertions.find(({ passed }) => !passed);
  const lines = [paint('bold', `Step ${step.number} · ${step.title}`), ''];
  for (const assertion of result.assertions) {
    lines.push(renderLine(assertion, { paint, columns }));
    if (assertion === first && assertion.failure) {
      lines.push(
        '',
        indent(renderFailure(assertion.failure, { guidePath, paint, columns: columns - 2 })),
        '',
      );
    }
  }
  return `${[...lines, '', renderSum(result, step.number, paint)].join('\n')}\n`;
}

type Paint = (style: 'bold' | 'red' | 'green' | 'yellow' | 'cyan' | 'dim', text: string) => string;

function painter(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

function renderLine(
  { name, passed }: AssertionResult,
  { paint, columns }: { paint: Paint; columns: number },
): string {
  const [first = '', ...others] = wrap(name, columns - 2).map((line) =>
    passed ? line : paint('bold', line),
  );
  const mark = passed ? paint('green', '✓') : paint('red', '✗');
  return [`${mark} ${first}`, ...others.map((line) => `  ${line}`)].join('\n');
}

interface FailureOptions {
  readonly guidePath: string;
  readonly paint: Paint;
  readonly columns: number;
}

/** In this order: what was expected, what arrived, the diagnosis and what to do, where to read. */
function renderFailure(failure: Failure, { guidePath, paint, columns }: FailureOptions): string {
  const { message, diagnosis, guide } = failure;
  const [sentence = '', ...arrived] = message.split('\n\n');
  const parts = [paint('red', wrapLines(sentence, columns))];
  if (arrived.length > 0) parts.push(wrapLines(arrived.join('\n\n').trimEnd(), columns));
  if (diagnosis) {
    const { id, cause, mend } = diagnosis;
    parts.push(
      wrapLines(`${id}: ${cause}`, columns).replace(id, paint('yellow', id)),
      wrapLines(`→ ${mend}`, columns).replace('→', paint('cyan', '→')),
    );
  }
  parts.push(paint('dim', `Guide: ${guidePath}#${guide}`));
  return parts.join('\n\n');
}

/** Prose in lines that fit; what is indented is output or code, and stays as it is. */
export function wrapLines(text: string, columns: number): string {
  const lines = text.split('\n').flatMap((line) => (line.startsWith(' ') ? line : wrap(line, columns)));
  return lines.join('\n');
}

function renderSum({ assertions, passed }: CheckResult, number: number, paint: Paint): string {
  const count = assertions.filter((assertion) => assertion.passed).length;
  if (passed) return paint('green', `Step ${number} passed: ${count} of ${assertions.length}.`);
  return paint('red', `Step ${number}: ${count} of ${assertions.length} passed.`);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** The text that `--json` gives of a failed assertion: all that the report says, without colours. */
export function failureText(failure: Failure, guidePath: string): string {
  return renderFailure(failure, { guidePath, paint: painter(false), columns: Number.POSITIVE_INFINITY });
}
