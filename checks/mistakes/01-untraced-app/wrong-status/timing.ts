import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();
  const status = res.statusCode;

  res.once('close', () => {
    const ms = (performance.now() - start).toFixed(1);
    console.log(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
  next();
};
