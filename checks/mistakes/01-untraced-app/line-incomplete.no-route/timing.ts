import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();
  res.once('close', () => {
    console.log(`${req.method} ${res.statusCode} ${(performance.now() - start).toFixed(1)} ms`);
  });
  next();
};
