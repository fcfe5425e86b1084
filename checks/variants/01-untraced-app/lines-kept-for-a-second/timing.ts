import type { RequestHandler } from 'express';

/** Lines that wait, so that a busy shop seldom writes. */
let waiting: string[] = [];

setInterval(() => {
  if (waiting.length > 0) console.log(waiting.join('\n'));
  waiting = [];
}, 1000).unref();

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    const ms = (performance.now() - start).toFixed(1);
    waiting.push(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
  next();
};
