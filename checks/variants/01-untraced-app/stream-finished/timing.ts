import { finished } from 'node:stream';
import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();

  finished(res, (error) => {
    const route = req.route?.path ?? '-';
    const status = error ? 499 : res.statusCode;
    console.error(
      `[${new Date().toISOString()}] ${req.method} ${route} ${status} +${Math.round(performance.now() - start)}ms`,
    );
  });
  next();
};
