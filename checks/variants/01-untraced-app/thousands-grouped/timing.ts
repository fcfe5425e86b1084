import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = process.hrtime();

  // Not 'finish': it never comes for a request that the caller gave up.
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    const [seconds, nanoseconds] = process.hrtime(start);
    const ms = Math.round(seconds * 1_000 + nanoseconds / 1_000_000).toLocaleString('en-US');
    console.log(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
  next();
};
