import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();

  // Not 'finish': it never comes for a request that the caller gave up.
  res.once('close', () => {
    const ms = (performance.now() - start).toFixed(1);
    console.log(`${req.method} ${req.route?.path ?? req.path} ${res.statusCode} ${ms} ms`);
  });
  next();
};
