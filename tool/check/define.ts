import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, type TestContext, test } from 'vitest';
import { onRunCancelled } from './cancellation.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { Evidence } from './evidence.ts';
import { Lab } from './lab.ts';
import './matchers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder to check, by the step's folder name. */
    targets: Record<string, string>;
    /** How wide a drawn trace may be. */
    columns: number;
    /** The run's number, where it can be cancelled. */
    run?: number;
  }
  interface TaskMeta {
    failure?: Failure;
  }
}

/** What the reporter needs of a failed assertion. */
export interface Failure {
  /** The expectation in one sentence, an empty line, and the trace that arrived. */
  readonly message: string;
  readonly diagnosis: { readonly id: string; readonly cause: string; readonly mend: string } | null;
  /** Anchor in the step's guide. */
  readonly guide: string;
}

export interface ProofOptions {
  /** The anchor of the guide's section that teaches it. */
  readonly guide: string;
  /** Diagnoses that can explain a failure, the most particular first; those of an app that does not run always can. */
  readonly mistakes?: readonly string[];
  /** Anchors of other sections, by the diagnosis whose mend they teach. */
  readonly sections?: Readonly<Record<string, string>>;
}

export interface CheckVocabulary<Seen> {
  /** What the scenario gave. */
  readonly seen: () => Seen;
  /** One assertion of the check. */
  readonly proves: (name: string, options: ProofOptions, assertion: () => void) => void;
}

/**
 * The check of one step: run the scenario once against the learner's app, then let each `proves` assert on what was seen.
 * The step is the check file's own name.
 */
export function checkStep<Seen>(
  scenario: (lab: Lab) => Promise<Seen>,
  assertions: (vocabulary: CheckVocabulary<Seen>) => void,
): void {
  const name = basename(expect.getState().testPath ?? '', '.check.ts');
  const lab = new Lab(inject('targets')[name] ?? '');
  let seen: { value: Seen } | undefined;
  let broken: unknown;

  const proves: CheckVocabulary<Seen>['proves'] = (title, options, assertion) => {
    test(title, (context) => withDiagnosis(context, lab.evidence, options, assertion));
  };

  describe(name, () => {
    beforeAll(async () => {
      const cancellation = watchCancellation();
      try {
        seen = { value: await Promise.race([scenario(lab), cancellation.cancelled]) };
      } catch (error) {
        broken = error;
      } finally {
        cancellation.release();
        await lab.close();
      }
    });
    afterAll(() => lab.close());

    proves('the app starts and answers', { guide: 'what-to-do' }, () => {
      if (broken) throw broken;
    });
    assertions({
      proves,
      seen: () => {
        if (!seen) throw new Error('Not checked: the app did not get so far.');
        return seen.value;
      },
    });
  });
}

/** Rejects when this run is cancelled, so that nobody waits for the end of its scenario. */
function watchCancellation(): { cancelled: Promise<never>; release: () => void } {
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  const run = inject('run');
  const release = run === undefined ? () => {} : onRunCancelled(run, () => reject(new Error('Cancelled.')));
  return { cancelled, release };
}

function withDiagnosis(
  { task }: TestContext,
  evidence: Evidence,
  { guide, mistakes = [], sections = {} }: ProofOptions,
  assertion: () => void,
): void {
  try {
    assertion();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // How two values were compared is nothing to a learner.
    const message = said.replaceAll(' // Object.is equality', '');
    const diagnosis = diagnose(evidence, mistakes);
    task.meta.failure = { message, diagnosis, guide: sections[diagnosis?.id ?? ''] ?? guide };
    throw error;
  }
}
