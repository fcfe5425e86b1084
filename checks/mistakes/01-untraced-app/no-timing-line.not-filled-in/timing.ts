import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();
  res.once('close', () => {
    console.log('${req.method} ${req.route?.path ?? req.path} ${res.statusCode} ${performance.now() - start} ms');
  });
  next();
};
