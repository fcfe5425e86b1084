import { useState } from 'preact/hooks';
import type { Action, ActionRequest, ActionResult } from '../../protocol.ts';
import { act } from '../live/api.ts';

export interface ActionsState {
  readonly busy: Action | undefined;
  readonly result: { readonly action: Action; readonly result: ActionResult } | undefined;
  readonly run: (action: Action, request?: ActionRequest) => Promise<void>;
  readonly dismiss: () => void;
}

/** Actions that say something which is not seen elsewhere; a check's verdict is. */
const SAYS_NEWS = new Set<Action>(['hint', 'diff', 'solve', 'reset', 'undo']);

/** One action at a time, and what the last one said. */
export function useActions(): ActionsState {
  const [busy, setBusy] = useState<Action>();
  const [result, setResult] = useState<ActionsState['result']>();
  const run = async (action: Action, request?: ActionRequest) => {
    if (busy) return;
    setBusy(action);
    const answer = await act(action, request);
    setBusy(undefined);
    setResult(SAYS_NEWS.has(action) || !answer.ok ? { action, result: answer } : undefined);
  };
  return { busy, result, run, dismiss: () => setResult(undefined) };
}
