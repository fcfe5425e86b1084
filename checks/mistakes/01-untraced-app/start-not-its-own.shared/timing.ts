import type { RequestHandler } from 'express';

let start = 0;

export const timing: RequestHandler = (req, res, next) => {
  start = performance.now();

  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    const ms = (performance.now() - start).toFixed(1);
    console.log(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
  next();
};
