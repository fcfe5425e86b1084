import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();
  next();
  const ms = (performance.now() - start).toFixed(1);
  console.log(`${req.method} ${req.path} ${res.statusCode} ${ms} ms`);
};
