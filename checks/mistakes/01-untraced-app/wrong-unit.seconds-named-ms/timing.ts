import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = process.hrtime();

  res.once('close', () => {
    const [seconds, nanoseconds] = process.hrtime(start);
    const ms = seconds + nanoseconds / 1e9;
    console.log(`${req.method} ${req.route?.path ?? req.path} ${res.statusCode} ${ms.toFixed(4)} ms`);
  });
  next();
};
