import { type AppRun, type Evidence, told } from '../evidence.ts';
import { crashMessage, crashMessages } from './crash.ts';
import type { Diagnosis } from './diagnosis.ts';
import { samplerGiven, setting, sixArguments } from './shares.ts';

export const samplerAmongProcessors: Diagnosis = {
  id: 'sampler-among-processors',
  explain: (evidence) => {
    const message = crashOf(evidence, /\bspanProcessor\.onStart is not a function/);
    if (!message) return undefined;
    return {
      cause: `Something among the spanProcessors has no onStart(): a sampler, for example, or a class in place of an object made from it. ${message}`,
      mend: `The sampler stands beside the spanProcessors: ${samplerGiven}. Among them are only span processors made with new.`,
    };
  },
};

export const samplerArguments: Diagnosis = {
  id: 'sampler-arguments',
  explain: (evidence) => {
    const message = crashOf(
      evidence,
      /^sampling\.ts:\d+: TypeError: .*(of undefined \(reading '(\w+\.\w[\w.]*|getValue)'\)|\.getValue is not a function)/,
    );
    if (!message) return undefined;
    return {
      cause: `shouldSample() was called, and one of its arguments is not what its name says: ${message}`,
      mend: `It is given six arguments, not one object, and in this order: ${sixArguments}. Hand them on in the same order.`,
    };
  },
};

export const ratioRefused: Diagnosis = {
  id: 'ratio-refused',
  explain: ({ runs }) => {
    const run = runs.find((one) => one.label.startsWith(setting) && refuses(one));
    if (!run) return undefined;
    return {
      cause: `Where ${run.label}, the app ended before it listened: ${crashMessage(run)}`,
      mend: `It has to start with every ratio from 0 to 1, and where the variable is not set: Number(process.env.${setting} ?? 1).`,
    };
  },
};

/** Whether code of the learner threw an error on purpose before the app listened. */
function refuses(run: AppRun): boolean {
  if (run.start?.outcome !== 'ended' || crashMessage(run) === undefined) return false;
  return told(run, 'uncaught').some(({ stack }) =>
    /^(?!(Reference|Syntax|Type)Error\b).*\n\s+at .*\b(sampling|tracing)\.ts:\d+/.test(stack),
  );
}

function crashOf(evidence: Evidence, pattern: RegExp): string | undefined {
  return crashMessages(evidence).find((message) => pattern.test(message));
}
