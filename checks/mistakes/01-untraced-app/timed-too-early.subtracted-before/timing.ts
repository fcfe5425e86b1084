import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();
  const ms = (performance.now() - start).toFixed(1);
  res.once('close', () => {
    console.log(`${req.method} ${req.route?.path ?? req.path} ${res.statusCode} ${ms} ms`);
  });
  next();
};
