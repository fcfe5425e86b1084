import { useState } from 'preact/hooks';
import type { Action, ActionRequest, ActionResult } from '../../protocol.ts';
import { type Answer, act } from '../live/api.ts';

export interface ActionsState {
  readonly busy: Action | undefined;
  readonly result: { readonly action: Action; readonly result: ActionResult } | undefined;
  /** Gives what it said; undefined where another one is under way. */
  readonly run: (action: Action, request?: ActionRequest) => Promise<ActionResult | undefined>;
  readonly dismiss: () => void;
}

/** Whether the answer is not seen elsewhere: a check's verdict is, and so is another step. */
function isNews(action: Action, { ok, unanswered }: Answer): boolean {
  if (unanswered) return true;
  return action === 'step' ? !ok : action !== 'check';
}

/** One action at a time, and what the last one said. */
export function useActions(): ActionsState {
  const [busy, setBusy] = useState<Action>();
  const [result, setResult] = useState<ActionsState['result']>();
  const run = async (action: Action, request?: ActionRequest) => {
    if (busy) return undefined;
    setBusy(action);
    const answer = await act(action, request);
    setBusy(undefined);
    setResult(isNews(action, answer) ? { action, result: answer } : undefined);
    return answer;
  };
  return { busy, result, run, dismiss: () => setResult(undefined) };
}
