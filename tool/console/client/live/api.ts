import type { Action, ActionRequest, ActionResult } from '../../protocol.ts';

/** What the server has at this path; undefined where it has nothing there. */
export async function getJson<Body>(path: string): Promise<Body | undefined> {
  const response = await fetch(path);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`The workshop answered ${response.status}.`);
  return response.json();
}

/** `unanswered` where it was not the command that said so. */
export type Answer = ActionResult & { readonly unanswered?: true };

/** Does it as the command of that name would. Says in words where the workshop could not be asked. */
export async function act(action: Action, request: ActionRequest = {}): Promise<Answer> {
  try {
    const response = await fetch(`/api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-workshop-token': metaContent('workshop-token') },
      body: JSON.stringify(request),
    });
    if (response.ok) return await response.json();
    if (response.status === 403) return { ...(await response.json()), unanswered: true };
    return unanswered(`The workshop answered ${response.status}: ${await response.text()}`);
  } catch {
    return unanswered('The workshop does not answer. → Start it again: npm start.');
  }
}

function unanswered(text: string): Answer {
  return { ok: false, text, unanswered: true };
}

/** The run that made this page. */
export function pageRun(): string {
  return metaContent('workshop-run');
}

function metaContent(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}
