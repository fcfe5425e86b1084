import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = process.hrtime();

  next();
  const [seconds, nanoseconds] = process.hrtime(start);
  const ms = (seconds * 1_000 + nanoseconds / 1_000_000).toFixed(1);
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    console.log(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
};
