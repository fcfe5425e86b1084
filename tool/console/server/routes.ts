import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Action, ActionResult, TraceDetail } from '../protocol.ts';
import { readActionRequest } from './body.ts';
import type { Bundle } from './bundle.ts';
import { renderDetail } from './detail.ts';
import type { EventFeed } from './event-feed.ts';
import { isSameSecret, type Refusal, refuseStranger } from './guard.ts';
import { guideView } from './guide-view.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { renderPage } from './page.ts';
import type { ConsoleOptions } from './server.ts';

export interface RouteOptions extends Pick<ConsoleOptions, 'root' | 'store' | 'lesson' | 'onFault'> {
  readonly backend?: (traceId: string) => TraceDetail['backend'];
  readonly run: string;
  readonly token: string;
  readonly feed: EventFeed;
  readonly bundle: () => Promise<Bundle>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What the path's pattern found. */
  readonly found: string;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly answer: (exchange: Exchange) => void | Promise<void>;
}

const MOST_SUBSCRIBERS = 40;
const LONGEST_FILTER = 1000;

/** What answers a request. No path of the file system is ever made of what a request says: there is nothing here but these routes. */
export function answerer(options: RouteOptions) {
  const routes = routeTable(options);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on('error', () => {});
    try {
      const stranger = refuseStranger(request, request.socket.localPort ?? 0);
      if (stranger) return refuse(response, stranger);
      await dispatch(routes, request, response);
    } catch (error) {
      options.onFault(error);
      const reason = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else refuse(response, { status: 500, reason });
    }
  };
}

async function dispatch(routes: readonly Route[], request: IncomingMessage, response: ServerResponse) {
  const url = URL.parse(request.url ?? '', 'http://localhost');
  const here = routes.flatMap((route) => {
    const match = url && route.path.exec(url.pathname);
    return match ? [{ route, found: match[1] ?? '' }] : [];
  });
  const [first] = here;
  if (!url || !first) return refuse(response, NOT_FOUND);
  const wanted = here.find(({ route }) => route.method === request.method);
  if (wanted) return wanted.route.answer({ request, response, url, found: wanted.found });
  response.setHeader('allow', first.route.method);
  refuse(response, { status: 405, reason: `This takes ${first.route.method} alone.` });
}

function routeTable(options: RouteOptions): Route[] {
  const { root, store, lesson, feed, bundle, backend } = options;
  const get = (path: RegExp, answer: Route['answer']): Route => ({ method: 'GET', path, answer });
  return [
    get(/^\/$/, ({ response }) => send(response, 'text/html', renderPage(options))),
    get(/^\/client\.js$/, async ({ response }) => send(response, 'text/javascript', (await bundle()).script)),
    get(/^\/client\.css$/, async ({ response }) => send(response, 'text/css', (await bundle()).styles)),
    get(/^\/api\/events$/, ({ response, url }) => streamEvents(feed, response, url)),
    get(/^\/api\/traces\/([0-9a-f]{32})$/, ({ response, found }) => {
      const trace = store.get(found);
      if (!trace) return refuse(response, NO_TRACE);
      send(response, 'application/json', renderDetail(trace, backend?.(found)));
    }),
    get(/^\/api\/guide\/(\d{1,4})$/, async ({ response, found }) => {
      const guide = await guideView(root, Number(found), lesson.state);
      if (!guide) return refuse(response, NOT_FOUND);
      send(response, 'application/json', JSON.stringify(guide));
    }),
    {
      method: 'POST',
      path: /^\/api\/(check|hint|diff|solve|reset|undo|step)$/,
      answer: (exchange) => act(options, exchange),
    },
  ];
}

const NOT_FOUND: Refusal = { status: 404, reason: 'There is nothing here.' };
const NO_TRACE: Refusal = {
  status: 404,
  reason: 'The trace is not here, or not any more: the latest are kept.',
};

function streamEvents(feed: EventFeed, response: ServerResponse, url: URL): void {
  if (feed.subscribers >= MOST_SUBSCRIBERS) {
    refuse(response, { status: 503, reason: 'Too many pages are open. → Close some.' });
    return;
  }
  response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
  const filter = url.searchParams.get('filter') ?? '';
  response.on('close', feed.subscribe(response, filter.slice(0, LONGEST_FILTER)));
}

async function act({ token, lesson }: RouteOptions, { request, response, found }: Exchange): Promise<void> {
  const given = request.headers['x-workshop-token'];
  if (typeof given !== 'string' || !isSameSecret(given, token)) {
    const text = 'The workshop was started anew since this page was loaded. → Reload the page.';
    return sendResult(response, 403, { ok: false, text });
  }
  const wanted = await readActionRequest(request);
  if ('status' in wanted) return refuse(response, wanted);
  sendResult(response, 200, await lesson.act(found as Action, wanted));
}

function sendResult(response: ServerResponse, status: number, result: ActionResult): void {
  send(response, 'application/json', JSON.stringify(result), status);
}

function refuse(response: ServerResponse, { status, reason }: Refusal): void {
  // What is left of the request, such as a body that is too long, is not waited for.
  response.setHeader('connection', 'close');
  send(response, 'text/plain', `${reason}\n`, status);
}

function send(response: ServerResponse, type: string, text: string, status = 200): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': `${type}; charset=utf-8` });
  response.end(text);
}
