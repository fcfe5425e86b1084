import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = Date.now();
  let printed = false;

  const print = () => {
    if (printed) return;
    printed = true;
    console.log(`${req.method} ${req.path} ${res.statusCode} ${Date.now() - start}ms`);
  };
  res.on('finish', print);
  res.on('close', print);
  next();
};
