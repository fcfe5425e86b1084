import type { AssertionView, CheckView } from '../../protocol.ts';
import { readable } from '../parts/text.ts';

export interface AssertionsProps {
  readonly result: CheckView;
  /** A new check runs: this is the last one's. */
  readonly stale: boolean;
  readonly onGuide: (anchor: string) => void;
}

/** Each assertion in its order; the first that failed is told in full, those after it when asked for. */
export function Assertions({ result, stale, onGuide }: AssertionsProps) {
  const first = result.assertions.find(({ passed }) => !passed);
  return (
    <ol class={`assertions ${stale ? 'stale' : ''}`} aria-label="Assertions of the check">
      {result.assertions.map((assertion) => (
        <li key={assertion.name} class={assertion.passed ? 'passed' : 'failed'}>
          {assertion.passed ? (
            <p>
              <span class="mark good">✓</span> {assertion.name} <span class="sr-only">passed</span>
            </p>
          ) : (
            <details open={assertion === first}>
              <summary>
                <span class="mark bad">✗</span> {assertion.name} <span class="sr-only">failed</span>
              </summary>
              <Failure assertion={assertion} onGuide={onGuide} />
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function Failure({ assertion, onGuide }: Pick<AssertionsProps, 'onGuide'> & { assertion: AssertionView }) {
  const { message, diagnosis, guide } = assertion;
  const [sentence = '', ...rest] = readable(message).trimEnd().split('\n\n');
  const arrived = rest.join('\n\n');
  return (
    <div class="failure-text">
      <p class="expected">{sentence}</p>
      {arrived && (
        <pre class="arrived" tabIndex={0} role="group" aria-label="What arrived">
          <code class="lines">{arrived.split('\n').map(arrivedLine)}</code>
        </pre>
      )}
      {diagnosis && (
        <div class="diagnosis">
          <p>
            <code>{diagnosis.id}</code> {diagnosis.cause}
          </p>
          <p class="mend">
            <span aria-hidden="true">→ </span>
            {diagnosis.mend}
          </p>
        </div>
      )}
      {guide && (
        <button type="button" class="link-button" onClick={() => onGuide(guide)}>
          Read on in the guide: {guide.replaceAll('-', ' ')}
        </button>
      )}
    </div>
  );
}

/** The marks of `renderMarkedTree`: a wrong span, and one that is missing. */
const MARKED = /^[│├└… ─]*(✗ |\+ missing:)| {3}← /;

function arrivedLine(line: string, at: number) {
  return (
    <span key={at} class={`line ${MARKED.test(line) ? 'marked' : ''}`}>
      {line}
    </span>
  );
}
