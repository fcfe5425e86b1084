import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = process.hrtime.bigint();

  res.once('close', () => {
    const ms = process.hrtime.bigint() - start;
    console.log(`${req.method} ${req.route?.path ?? req.path} ${res.statusCode} ${ms} ms`);
  });
  next();
};
