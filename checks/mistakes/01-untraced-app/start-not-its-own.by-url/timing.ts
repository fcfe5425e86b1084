import type { RequestHandler } from 'express';

const starts = new Map<string, number>();

export const timing: RequestHandler = (req, res, next) => {
  starts.set(req.originalUrl, performance.now());

  // Not 'finish': it never comes for a request that the caller gave up.
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    const start = starts.get(req.originalUrl) ?? 0;
    const ms = (performance.now() - start).toFixed(1);
    console.log(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
  next();
};
