import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();

  res.once('close', () => {
    console.log(
      `${req.method} ${req.route?.path ?? req.path} took ${(performance.now() - start).toFixed(0)} ms`,
    );
  });
  next();
};
