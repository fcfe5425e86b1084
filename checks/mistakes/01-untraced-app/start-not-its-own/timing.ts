import type { RequestHandler } from 'express';

const start = performance.now();

export const timing: RequestHandler = (req, res, next) => {
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    const ms = (performance.now() - start).toFixed(1);
    console.log(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
  next();
};
