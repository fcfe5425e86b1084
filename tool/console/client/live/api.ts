import type { Action, ActionRequest, ActionResult } from '../../protocol.ts';

/** What the server has at this path; undefined where it has nothing there. */
export async function getJson<Body>(path: string): Promise<Body | undefined> {
  const response = await fetch(path);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`The workshop answered ${response.status}.`);
  return response.json();
}

/** Does it as the command of that name would. Says in words where the workshop could not be asked. */
export async function act(action: Action, request: ActionRequest = {}): Promise<ActionResult> {
  try {
    const response = await fetch(`/api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-workshop-token': metaContent('workshop-token') },
      body: JSON.stringify(request),
    });
    if (response.ok || response.status === 403) return await response.json();
    return { ok: false, text: `The workshop answered ${response.status}: ${await response.text()}` };
  } catch {
    return { ok: false, text: 'The workshop does not answer. → Start it again: npm start.' };
  }
}

/** The run that made this page. */
export function pageRun(): string {
  return metaContent('workshop-run');
}

function metaContent(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}
