import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = Date.now();

  res.once('close', () => {
    const seconds = (Date.now() - start) / 1000;
    console.log(`${req.method} ${req.route?.path ?? req.path} ${res.statusCode} ${seconds.toFixed(3)}s`);
  });
  next();
};
