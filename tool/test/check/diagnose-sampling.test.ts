import { describe, expect, test } from 'vitest';
import { diagnose } from '../../check/diagnosis/diagnose.ts';
import type { AppRun } from '../../check/evidence.ts';
import type { Exchange } from '../../check/exchange.ts';
import type { Span } from '../../trace/span.ts';
import { makeAppRun } from '../fixtures/app-run.ts';
import { makeSpan } from '../terminal/make-span.ts';

const all = 'OTEL_TRACES_SAMPLER_ARG=1';
const quarter = 'OTEL_TRACES_SAMPLER_ARG=0.25';
const unset = 'OTEL_TRACES_SAMPLER_ARG is not set';
const fetch = '/fetch-external?from=/headers?';
const healthInQuery = '/fetch-external?from=/about/healthz/20';

describe('a rule that catches more than health checks', () => {
  const others = ['/', '/items', '/no-such-page'];

  test('found "healthz" in the query where other requests to the same path are kept', () => {
    const kept = run(all, [...others, `${fetch}sampled`], [healthInQuery]);
    const told = diagnose({ runs: [kept, run(unset, [`${fetch}unset`])] }, ['rule-too-broad']);
    expect(told?.cause).toContain('the rule found "healthz" in the query');
    expect(told?.mend).toContain('in ignoreIncomingRequestHook');
  });

  test('caught the path where no request to it is kept', () => {
    const lost = run(all, others, [healthInQuery]);
    const told = diagnose({ runs: [lost, run(unset, ['/'], [`${fetch}unset`])] }, ['rule-too-broad']);
    expect(told?.cause).toContain('no trace of GET /fetch-external is exported');
  });
});

describe('spans without their parent', () => {
  const orphan = spanIn('lost', { parentSpanId: 'never came' });

  test('are kept by what asks no unsampled parent where every SERVER span has something inside', () => {
    const kept = { ...run(all, ['/']), spans: [...run(all, ['/']).spans, orphan] };
    expect(diagnose({ runs: [kept] }, ['broken-traces'])?.cause).toContain(
      '1 spans arrived without their parent: where the SERVER span is not sampled',
    );
  });

  test('are decided about for themselves where a SERVER span came alone', () => {
    const [server] = run(all, ['/']).spans;
    const alone = { ...run(all, ['/']), spans: [server as Span, orphan] };
    expect(diagnose({ runs: [alone] }, ['broken-traces'])?.cause).toContain('each span is decided about');
  });
});

describe('callers that have decided', () => {
  const sampled = ['/?sampled', '/items?sampled'];
  const unsampled = ['/?left', '/items?left'];

  test('are answered the wrong way round where the flag is', () => {
    const turned = run(all, ['/', ...unsampled], sampled);
    const orphan = spanIn('lost', { parentSpanId: 'never came' });
    const broken = { ...turned, spans: [...turned.spans, orphan] };
    expect(diagnose({ runs: [broken] }, ['broken-traces'])?.cause).toContain('the wrong way round');
    const inPart = run(all, ['/', ...unsampled, '/?sampled'], ['/items?sampled']);
    const told = diagnose({ runs: [{ ...inPart, spans: [...inPart.spans, orphan] }] }, ['broken-traces']);
    expect(told?.cause).not.toContain('the wrong way round');
  });

  test('are answered with no, and not anew, where they are lost with a ratio of 1', () => {
    const lost = run(all, ['/', '/items'], sampled);
    expect(diagnose({ runs: [lost] }, ['parent-ignored'])?.cause).toContain('is answered with no');
    const anew = run(quarter, ['/'], sampled);
    expect(diagnose({ runs: [anew, run(all, ['/', ...sampled])] }, ['parent-ignored'])?.cause).toContain(
      'decides anew',
    );
  });
});

test('what a processor keeps with a ratio of 0 is told as that, and not as a ratio', () => {
  const ended = { type: 'span-ended', name: 'GET', traceId: 'lost', spanId: 'lost' } as const;
  const none = run('OTEL_TRACES_SAMPLER_ARG=0', ['/items'], ['/']);
  const others = [run(quarter, ['/']), run(all, ['/'])];
  const known = ['errors-kept', 'ratio-zero-is-default'];
  expect(diagnose({ runs: [none, ...others] }, known)?.id).toBe('ratio-zero-is-default');
  const chosen = { ...none, testimony: [ended] };
  expect(diagnose({ runs: [chosen, ...others] }, known)?.cause).toContain('behind the sampler chooses');
});

test('where fewer traces arrive than a quarter, their number is told and no ratio', () => {
  const requests = Array.from({ length: 160 }, () => '/');
  const some = run(quarter, requests.slice(0, 12), requests.slice(12));
  expect(diagnose({ runs: [some, run(all, ['/'])] }, ['wrong-ratio'])?.cause).toContain(
    'only 12 of 160 traces are exported',
  );
  expect(diagnose({ runs: [run(all, ['/'], ['/'])] }, ['wrong-ratio'])?.cause).toContain(
    'With OTEL_TRACES_SAMPLER_ARG=1, only 1 of 2 traces are exported',
  );
});

/** A life of the app with whole traces of the requests that were kept. */
function run(label: string, kept: readonly string[], lost: readonly string[] = []): AppRun {
  const exchanges = [...kept, ...lost].map((path, index) => {
    const flags = path.endsWith('sampled') ? '01' : '00';
    const sent = /(sampled|left)$/.test(path) ? { traceparent: `00-…-${flags}` } : {};
    return { id: `${index}`, method: 'GET', path, sent } as unknown as Exchange;
  });
  const spans = exchanges.slice(0, kept.length).flatMap(({ id, path }) => {
    const attributes = { 'user_agent.original': id, 'url.path': path.split('?')[0] ?? '' };
    const server = spanIn(id, { kind: 'SERVER', attributes });
    return [server, spanIn(id, { parentSpanId: server.spanId })];
  });
  return makeAppRun({ label, spans, exchanges });
}

function spanIn(trace: string, fields: Partial<Span>): Span {
  const traceId = trace.padStart(32, 'f');
  return { ...makeSpan(`${trace} ${fields.kind ?? 'inside'}`, { traceId }), ...fields };
}
