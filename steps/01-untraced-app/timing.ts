import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  // TODO 1: Print one line when a response is over, also an aborted one: method, route, status, milliseconds.
  //   https://nodejs.org/api/http.html#event-close_2
  // END TODO 1
  next();
};
