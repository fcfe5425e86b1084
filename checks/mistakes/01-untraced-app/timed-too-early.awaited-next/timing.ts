import type { RequestHandler } from 'express';

export const timing: RequestHandler = async (req, res, next) => {
  const start = Date.now();
  try {
    await next();
  } finally {
    console.log(`${req.method} ${req.originalUrl} ${res.statusCode} ${Date.now() - start}ms`);
  }
};
