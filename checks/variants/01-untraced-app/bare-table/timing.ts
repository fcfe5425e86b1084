import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = process.hrtime();
  console.log(`-> ${req.method} ${req.url}`);

  res.once('close', () => {
    const [seconds, nanoseconds] = process.hrtime(start);
    const ms = Math.round(seconds * 1e3 + nanoseconds / 1e6);
    const columns = [
      ms,
      res.headersSent ? res.statusCode : '---',
      req.method,
      req.route?.path ?? '(no route)',
    ];
    console.log(columns.map((column) => String(column).padStart(8)).join(' '));
  });
  next();
};
