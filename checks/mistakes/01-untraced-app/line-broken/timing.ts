import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();

  res.once('close', () => {
    console.log({
      method: req.method,
      route: req.route?.path ?? req.path,
      status: res.statusCode,
      milliseconds: performance.now() - start,
    });
  });
  next();
};
