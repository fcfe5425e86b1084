import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = Date.now();
  let printed = false;

  const print = (status: number | string) => {
    if (printed) return;
    printed = true;
    console.log(`${req.method} ${req.path} ${status} ${Date.now() - start}ms`);
  };
  res.on('finish', () => print(res.statusCode));
  res.on('close', () => print('aborted'));
  next();
};
